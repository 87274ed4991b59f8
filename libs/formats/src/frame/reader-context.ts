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
  const windows = new Map<string, FileWindow>();
  const open = (file: ModelFile) => {
    const window = windows.get(file.path) ?? new FileWindow(files, file, budget, signal);
    windows.set(file.path, window);
    return window;
  };
  const heads = new Map<string, Promise<Uint8Array>>();
  const head = async (file: ModelFile) => {
    const bytes = heads.get(file.path) ?? open(file).peek(0, headBytes);
    heads.set(file.path, bytes);
    return bytes;
  };
  return { files: files.list(), candidates, budget, signal, open, head };
}
