export { AddTrace1767225600101 } from './add-trace.ts';
export { CreateWork1767225600100 } from './create-work.ts';
export { DeadlineExceeded, JobCancelled, LeaseLost, WorkersStopped } from './errors.ts';
export { JobQueue, type QueueDepth } from './job-queue.ts';
export type { Completion, FailureReason, Job, JobHandler, NewJob } from './job.ts';
export { PostgresJobQueue } from './postgres-job-queue.ts';
export { WorkBells } from './work-bells.ts';
export { Workers, type WorkersParts } from './workers.ts';
export type { WorkersOptions } from './workers-options.ts';
