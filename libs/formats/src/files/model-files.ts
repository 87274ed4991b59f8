export interface ModelFile {
  /** Relative to the model's root, `/`-separated. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** The files of one model, wherever they are. */
export abstract class ModelFiles {
  abstract list(): readonly ModelFile[];

  /** Exactly the bytes of the range, which lies inside the file; rejects when the signal aborts. */
  abstract read(path: string, range: ByteRange, signal: AbortSignal): Promise<Uint8Array>;
}
