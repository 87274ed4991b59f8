import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { type ByteRange, type ModelFile, ModelFiles } from './model-files.ts';

/** The files of a local file or folder as they are listed now; links are followed. */
export async function localFiles(path: string): Promise<ModelFiles> {
  const { isFile, size } = await statOf(path);
  if (isFile) return new LocalFiles([{ path: basename(path), sizeBytes: size }], () => path);
  const files = await listFolder(path);
  return new LocalFiles(files, (inside) => join(path, inside));
}

class LocalFiles extends ModelFiles {
  private readonly files: readonly ModelFile[];
  private readonly locate: (path: string) => string;

  constructor(files: readonly ModelFile[], locate: (path: string) => string) {
    super();
    this.files = files;
    this.locate = locate;
  }

  override list(): readonly ModelFile[] {
    return this.files;
  }

  override async read(
    path: string,
    { offset, length }: ByteRange,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    signal.throwIfAborted();
    await using file = await open(this.locate(path), 'r');
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw new Error(`'${path}' became shorter while it was read`);
      filled += bytesRead;
      signal.throwIfAborted();
    }
    return bytes;
  }
}

async function listFolder(root: string): Promise<ModelFile[]> {
  const entries = await readdir(root, { recursive: true });
  const files: ModelFile[] = [];
  for (const entry of entries.toSorted()) {
    const { isFile, size } = await statOf(join(root, entry));
    if (isFile) files.push({ path: entry.replaceAll('\\', '/'), sizeBytes: size });
  }
  return files;
}

async function statOf(path: string): Promise<{ isFile: boolean; size: number }> {
  const found = await stat(path);
  return { isFile: found.isFile(), size: found.size };
}
