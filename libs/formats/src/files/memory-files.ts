import { type ByteRange, type ModelFile, ModelFiles } from './model-files.ts';

/** Files in memory that count what is read of them: for tests of readers. */
export class MemoryFiles extends ModelFiles {
  requests = 0;
  bytes = 0;
  private readonly contents: ReadonlyMap<string, Uint8Array>;

  constructor(contents: Readonly<Record<string, Uint8Array>>) {
    super();
    this.contents = new Map(Object.entries(contents));
  }

  override list(): readonly ModelFile[] {
    return [...this.contents].map(([path, { length }]) => ({ path, sizeBytes: length }));
  }

  override async read(
    path: string,
    { offset, length }: ByteRange,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    signal.throwIfAborted();
    this.requests += 1;
    this.bytes += length;
    return this.contents.get(path)?.slice(offset, offset + length) ?? new Uint8Array();
  }
}
