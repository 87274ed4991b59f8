/** Where the bytes of a proof come from. */
export interface ProofSource {
  /** Whether there are bytes that were not read. */
  readonly isBehind: boolean;
  /** Gives some of them, which are valid until the next call; `buffer` may be used for them. */
  read(buffer: Buffer): Uint8Array;
  close(): void;
}
