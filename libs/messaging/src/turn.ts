/** Lets one piece of work run at a time, in the order of asking. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  /** Rejects with the signal's reason when its turn comes after the abort. */
  take<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const run = this.#last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#last = run.catch(() => {});
    return run;
  }
}
