/** The bytes of one request, and what the client says about them. */
export interface ChunkBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where in the blob they begin; `undefined` where it does not say: at the end of what came before. */
  readonly start: number | undefined;
  readonly sizeBytes: number | undefined;
}
