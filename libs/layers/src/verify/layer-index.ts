/** Where the content of each file of a layer stands in its tar. */
export interface LayerIndex {
  /** In path order, as in the tar. */
  readonly files: readonly IndexedFile[];
  /** In path order. */
  readonly emptyDirectories: readonly string[];
}

export interface IndexedFile {
  readonly path: string;
  /** Of the content's first byte, from the tar's beginning, in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly executable: boolean;
}
