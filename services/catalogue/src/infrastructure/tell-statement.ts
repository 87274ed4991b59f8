import type { Kind, Told } from '@floe/builds';

/** The column of each kind of fact. */
const COLUMNS: Readonly<Record<Kind, string>> = {
  uploaded: 'uploaded',
  cancelRequested: 'cancel_requested',
  inferred: 'inferred',
  rejected: 'rejected',
  queued: 'queued',
  started: 'started',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  assigned: 'assigned',
  published: 'published',
  ended: 'ended',
};

const KINDS = Object.keys(COLUMNS) as readonly Kind[];
const NAMES = Object.values(COLUMNS);

/**
 * Adds what is told of builds, given as arrays of ids, teams, models and documents of news by kind. Of two facts of a
 * kind the one that happened first stays, as in libs/builds. In the order of the ids, as every transaction takes the
 * locks of several builds.
 */
export const TELL = `
  INSERT INTO build AS known (build_id, team, model, ${NAMES.join(', ')}, created_at)
  SELECT build_id, team, model, ${KINDS.map((kind) => `news -> '${kind}'`).join(', ')},
         COALESCE((news #>> '{uploaded,upload,uploadedAt}')::timestamptz, now())
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) AS _ (build_id, team, model, news)
   ORDER BY build_id
  ON CONFLICT (build_id) DO UPDATE SET
    ${NAMES.map(firstOf).join(',\n    ')},
    told_at = now(), created_at = LEAST(known.created_at, excluded.created_at)`;

/** As TELL; gives all that is known then, a column for each kind. */
export const TELL_AND_LEARN = `${TELL}
  RETURNING build_id AS "buildId", ${KINDS.map((kind) => `known.${COLUMNS[kind]} AS "${kind}"`).join(', ')}`;

/** A row that TELL_AND_LEARN gives. */
export type LearntRow = { readonly buildId: string } & {
  readonly [K in Kind]: NonNullable<Told[K]> | null;
};

export function toldIn(row: LearntRow): Told {
  const told = KINDS.filter((kind) => row[kind] !== null).map((kind) => [kind, row[kind]]);
  return Object.fromEntries(told);
}

/** Written out: a function of SQL would be entered for each column of each row. */
function firstOf(column: string): string {
  return `${column} = CASE
      WHEN excluded.${column} IS NULL THEN known.${column}
      WHEN known.${column} ->> 'at' <= excluded.${column} ->> 'at' THEN known.${column}
      ELSE excluded.${column} END`;
}
