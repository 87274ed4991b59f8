import { DeadlineExceeded, LeaseLost } from './errors.ts';
import type { Job } from './job.ts';

/** One run of a job in this process: its signal, and how long ago the lease was surely valid, by the monotonic clock. */
export class Lease<Payload> implements Disposable {
  readonly #run = new AbortController();
  readonly #deadline: NodeJS.Timeout | undefined;
  #renewedAt: number;

  /** @param claimedAt `performance.now()` from before the claim was sent */
  constructor(
    readonly job: Job<Payload>,
    private readonly leaseMs: number,
    claimedAt: number,
  ) {
    this.#renewedAt = claimedAt;
    const { deadlineMs } = job;
    if (deadlineMs !== undefined) {
      this.#deadline = setTimeout(() => this.end(new DeadlineExceeded()), Math.max(0, deadlineMs));
    }
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  /** @param sentAt `performance.now()` from before the renewal was sent */
  renewed(sentAt: number): void {
    this.#renewedAt = sentAt;
  }

  /** Half of the lease is kept for what is still under way when the run is told. */
  isStale(): boolean {
    return performance.now() - this.#renewedAt > this.leaseMs / 2;
  }

  loseWhenStale(): void {
    if (this.isStale()) this.end(new LeaseLost());
  }

  /** Aborts the run; the first reason stays. */
  end(reason: Error): void {
    this.#run.abort(reason);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#deadline);
  }
}
