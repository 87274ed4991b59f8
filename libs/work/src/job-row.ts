import type { Job } from './job.ts';

/** A row of `job` with the database's time, as `pg` gives it. */
export interface JobRow {
  readonly id: string;
  readonly team: string;
  readonly payload: unknown;
  readonly fence: number;
  readonly errors: number;
  readonly deaths: number;
  readonly traceparent: string | null;
  readonly claimed_at: Date;
  /** What is left, so that no clock but the database's is compared with its times. */
  readonly deadline_in_ms: number | null;
}

export function jobOf<Payload>(row: JobRow): Job<Payload> {
  const { id, team, payload, fence, errors, deaths, claimed_at, deadline_in_ms, traceparent } = row;
  return {
    id,
    team,
    payload: payload as Payload,
    fence,
    errors,
    deaths,
    claimedAt: claimed_at,
    ...(traceparent !== null && { traceparent }),
    ...(deadline_in_ms !== null && { deadlineMs: deadline_in_ms }),
  };
}
