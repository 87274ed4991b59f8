import type { ClientBase } from 'pg';

const BATCH_ROWS = 1_000;

/** How long rows stay when they have done their duty, by the clock of the server. */
export interface OutboxRetention {
  readonly sentMs: number;
  /** Longer than a topic keeps its records: a fact that is read again must find its id. */
  readonly receivedMs: number;
}

/** Deletes a small batch of facts sent long ago and of ids received long ago; gives `false` when none is left. */
export async function sweepOutbox(
  session: ClientBase,
  { sentMs, receivedMs }: OutboxRetention,
): Promise<boolean> {
  const sent = await session.query(
    `DELETE FROM outbox WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM outbox WHERE sent_at < now() - make_interval(secs => $1) LIMIT ${BATCH_ROWS}))`,
    [sentMs / 1_000],
  );
  const received = await session.query(
    `DELETE FROM inbox WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM inbox WHERE received_at < now() - make_interval(secs => $1) LIMIT ${BATCH_ROWS}))`,
    [receivedMs / 1_000],
  );
  return sent.rowCount === BATCH_ROWS || received.rowCount === BATCH_ROWS;
}
