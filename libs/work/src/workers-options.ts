export interface WorkersOptions {
  /** Names this process among those that share the queue. */
  readonly owner: string;
  /** Jobs that run at a time in this process. */
  readonly concurrency: number;
  readonly leaseMs: number;
  /** Attempts that may end by an error; the last one fails the job. Infinity retries without end. */
  readonly maxErrors: number;
  /** Attempts that may end by the death of their process; the last one fails the job. */
  readonly maxDeaths: number;
  /** The n-th pause after an error is about `firstPauseMs · 4ⁿ`, at most `longestPauseMs`. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** No other process has these workers: leases that are found at the start are those of a dead predecessor. */
  readonly sole: boolean;
}

export const defaultOptions = {
  leaseMs: 30_000,
  maxErrors: 3,
  maxDeaths: 20,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
  sole: false,
};
