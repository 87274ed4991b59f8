import type { Transaction } from '@floe/messaging';
import { type Trace, traceFrom } from '@floe/trace';

import type { Job } from './job.ts';

type Traced = Pick<Job<unknown>, 'id' | 'traceparent'>;

export function traceOf({ traceparent }: Pick<Traced, 'traceparent'>): Trace | undefined {
  return traceFrom(traceparent);
}

/** What the transaction tells of the jobs goes on with their traces: the id of a job is that of what it works for. */
export function follow(jobs: readonly Traced[], tx: Transaction): void {
  for (const job of jobs) {
    const trace = traceOf(job);
    if (trace) tx.traces.set(job.id, trace);
  }
}
