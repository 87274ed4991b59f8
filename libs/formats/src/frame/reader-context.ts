import type { ModelFile, ModelFiles } from '../files/model-files.ts';
import type { Budget } from './budget.ts';
import { FileWindow } from './file-window.ts';
import type { ReaderContext } from './reader.ts';

const headBytes = 4096;

/** Reads each file's head once for all readers. */
export function contextFor(
  files: ModelFiles,
  candidates: readonly ModelFile[],
  budget: Budget,
  signal: AbortSignal,
): ReaderContext {
  const heads = new Map<string, Promise<Uint8Array>>();
  const open = (file: ModelFile) => new FileWindow(files, file, budget, signal);
  const head = (file: ModelFile) => {
    const known = heads.get(file.path);
    if (known) return known;
    const bytes = open(file).peek(0, headBytes);
    heads.set(file.path, bytes);
    return bytes;
  };
  return { files: files.list(), candidates, budget, signal, open, head };
}
