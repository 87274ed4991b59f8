/** Why a run's signal was aborted. */
export class JobCancelled extends Error {
  override readonly name = 'JobCancelled';
  constructor() {
    super('the job was cancelled');
  }
}

export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  constructor() {
    super('the deadline of the job has passed');
  }
}

/** The lease could not be renewed, or somebody else has the job: nothing that this run does counts any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor() {
    super('the lease of the job is lost');
  }
}

/** The process stops; the job goes back to the others, uncounted. */
export class WorkersStopped extends Error {
  override readonly name = 'WorkersStopped';
  constructor() {
    super('the workers stop');
  }
}
