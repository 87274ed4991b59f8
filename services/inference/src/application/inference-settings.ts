/** How inference works in this process. */
export class InferenceSettings {
  constructor(
    /** Models that are read at a time. */
    readonly concurrency: number,
    /** Time that a model may take from its first reading on. */
    readonly deadlineMs: number,
    /** No other process infers: see the workers' option. */
    readonly sole: boolean,
  ) {}
}
