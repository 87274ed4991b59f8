import type { Transaction } from '@floe/messaging';

/** What is to be done, before anybody works on it. */
export interface NewJob<Payload> {
  /** A UUID; the same work has the same id, and is done once. */
  readonly id: string;
  /** Shares the workers fairly with other teams. */
  readonly team: string;
  /** Goes through JSON. */
  readonly payload: Payload;
  /** Time from the first claim on in which the job must end, retries included; without it there is none. */
  readonly deadlineMs?: number;
  /** W3C trace context of the fact that asks for it; the queue finds it by itself. */
  readonly traceparent?: string;
}

/** A job under a lease. */
export interface Job<Payload> extends NewJob<Payload> {
  /** Rises with each claim: whoever acts under an older one is late. */
  readonly fence: number;
  /** Attempts that ended by an error. */
  readonly errors: number;
  /** Attempts that ended by the death of their process. */
  readonly deaths: number;
  /** This attempt's claim, by the database's clock. */
  readonly claimedAt: Date;
}

/** The job's effect in the database; runs under the fence, in the transaction that ends the job. */
export type Completion = (tx: Transaction) => Promise<void>;

/** Why a job ended without a completion. */
export type FailureReason =
  | { readonly kind: 'deadline' }
  | { readonly kind: 'deaths' }
  | { readonly kind: 'error'; readonly error: unknown };

/** What the workers of a service do. All but `run` are short: they share a transaction with the job's state. */
export interface JobHandler<Payload> {
  /** Told of each claim in its transaction, before `run`. */
  claimed?(jobs: readonly Job<Payload>[], tx: Transaction): Promise<void>;
  /**
   * May run again after an error, a death or a stop, and beside a late predecessor: effects outside the completion
   * must be harmless twice. A rejection counts as an error; an outcome that is final is a completion.
   * The signal is aborted when the job is cancelled, its deadline passed, its lease lost, or the process stops.
   */
  run(job: Job<Payload>, signal: AbortSignal): Promise<Completion>;
  cancelled(job: Job<Payload>, tx: Transaction): Promise<void>;
  failed(job: Job<Payload>, reason: FailureReason, tx: Transaction): Promise<void>;
}
