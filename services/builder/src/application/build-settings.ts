/** How the builder works in this process. */
export class BuildSettings {
  constructor(
    /** Builds that run at a time. */
    readonly concurrency: number,
    /** Time that a build may take from its first start on. */
    readonly deadlineMs: number,
    /** No other process builds: see the workers' option. */
    readonly sole: boolean,
  ) {}
}
