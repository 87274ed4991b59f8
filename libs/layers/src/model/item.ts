/** A file of a model, or a directory that holds nothing. Other directories follow from the files' paths. */
export interface Item {
  /** As `checkPath` wants it; a directory has no slash at its end either. */
  readonly path: string;
  /** 0 for a directory. */
  readonly sizeBytes: number;
  readonly directory?: true;
}
