/** What a watched process took. */
export interface Taken {
  /** Of processor time, in the main thread. */
  readonly longestTurnMs: number;
  /** The most that was resident since it was asked last. */
  readonly peakBytes: number;
  /** By the process since its start, to files and connections. */
  readonly writtenBytes: number;
}
