import type { ModelRow } from '../application/catalogue-queries.ts';

/** A model in the public API. */
export interface ModelView {
  readonly team: string;
  readonly name: string;
  readonly versionCount: number;
  readonly latest?: {
    readonly version: number;
    readonly releasedAt: string;
    readonly framework?: string;
  };
  readonly aliases: Readonly<Record<string, number>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function modelView(row: ModelRow): ModelView {
  const { team, model: name, versionCount, latest, aliases } = row;
  return {
    team,
    name,
    versionCount,
    ...(latest && { latest: latestView(latest) }),
    aliases,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The row came as JSON: its times are texts. */
function latestView({
  version,
  releasedAt,
  told,
}: NonNullable<ModelRow['latest']>): NonNullable<ModelView['latest']> {
  const framework = told.succeeded?.inference.framework;
  return {
    version,
    releasedAt: new Date(releasedAt ?? 0).toISOString(),
    ...(framework !== undefined && { framework }),
  };
}
