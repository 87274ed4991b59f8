import type { BuildState, Told } from '@floe/builds';

import type { ModelName } from '../domain/version.ts';

export interface BuildRow extends ModelName {
  readonly buildId: string;
  readonly told: Told;
  /** Microseconds count in a cursor, hence the database's own text of the time. */
  readonly createdAt: string;
}

export interface ModelRow extends ModelName {
  readonly versionCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly latest: VersionRow | undefined;
  readonly aliases: Readonly<Record<string, number>>;
}

export interface VersionRow extends ModelName {
  readonly version: number;
  readonly buildId: string;
  readonly imageDigest: string;
  readonly assignedAt: Date;
  readonly releasedAt: Date | null;
  readonly told: Told;
}

export interface AliasMoveRow {
  readonly version: number | null;
  readonly sequence: number;
  readonly movedAt: Date;
}

export interface PublicFact {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly team: string;
  readonly model: string;
  readonly at: Date;
  readonly data: unknown;
}

export interface BuildFilter {
  readonly team?: string | undefined;
  readonly model?: string | undefined;
  readonly state?: BuildState | undefined;
  readonly after?: readonly [createdAt: string, buildId: string] | undefined;
}

export interface FactFilter {
  readonly team?: string | undefined;
  readonly model?: string | undefined;
  /** Last part of the fact's name, such as BuildEnded. */
  readonly type?: string | undefined;
}

/** What the public API reads. Lists are newest first and give up to `limit` rows. */
export abstract class CatalogueQueries {
  abstract build(buildId: string): Promise<BuildRow | undefined>;
  abstract builds(filter: BuildFilter, limit: number): Promise<readonly BuildRow[]>;
  abstract model(name: ModelName): Promise<ModelRow | undefined>;
  /** By name, which is the order in which people look for a model. */
  abstract models(
    filter: {
      readonly team?: string | undefined;
      readonly q?: string | undefined;
      readonly after?: readonly [team: string, model: string] | undefined;
    },
    limit: number,
  ): Promise<readonly ModelRow[]>;
  /** By number, `latest` (the highest released) or alias. */
  abstract version(name: ModelName, reference: string): Promise<VersionRow | undefined>;
  abstract versions(
    name: ModelName,
    before: number | undefined,
    limit: number,
  ): Promise<readonly VersionRow[]>;
  abstract aliasMoves(
    name: ModelName,
    alias: string,
    before: number | undefined,
    limit: number,
  ): Promise<readonly AliasMoveRow[]>;
  /** In the order of the log, from behind `position` on. */
  abstract facts(
    filter: FactFilter,
    position: bigint,
    limit: number,
  ): Promise<readonly PublicFact[]>;
  /** The place of the newest fact, 0 without one. */
  abstract lastPosition(): Promise<bigint>;
}
