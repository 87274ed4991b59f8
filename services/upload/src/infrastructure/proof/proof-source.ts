/** Where the bytes of a proof come from. */
export interface ProofSource {
  /** Whether there are bytes that were not read. */
  readonly isBehind: boolean;
  /** Gives some of them to `take`, which keeps nothing of them; `buffer` may be used for them. */
  read(buffer: Buffer, take: (bytes: Uint8Array) => void): void;
  close(): void;
}
