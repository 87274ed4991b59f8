import { AliasMoved } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { type Alias, movedTo } from '../domain/alias.ts';
import {
  AliasNotFound,
  AliasWasMoved,
  VersionNotFound,
  VersionNotReleased,
} from '../domain/errors.ts';
import type { ProvenBuild } from '../domain/version.ts';
import { Aliases } from './aliases.ts';
import { Telling } from './telling.ts';
import { Versions } from './versions.ts';

type AliasKey = Pick<Alias, 'team' | 'model' | 'alias'>;

interface Move {
  /** `undefined` removes the alias. */
  readonly version: number | undefined;
  /** What the caller believes that the alias names; 0: nothing. */
  readonly expected?: number | undefined;
}

@Injectable()
export class MoveAlias {
  constructor(
    private readonly transactions: Transactions,
    private readonly versions: Versions,
    private readonly aliases: Aliases,
    private readonly telling: Telling,
  ) {}

  execute(key: AliasKey, move: Move, now: Date, signal: AbortSignal): Promise<Alias> {
    return this.transactions.run((tx) => this.move(key, move, now, tx), signal);
  }

  /** Moves the alias as a part of the caller's transaction. An alias that names the version already stays as it is. */
  async move(
    key: AliasKey,
    { version, expected }: Move,
    now: Date,
    tx: Transaction,
  ): Promise<Alias> {
    await this.versions.lockLast([key], tx);
    const alias = await this.aliases.find(key, tx);
    if (expected !== undefined && (alias.version ?? 0) !== expected) {
      throw new AliasWasMoved(key.alias, alias.version);
    }
    if (alias.version === version) {
      if (version === undefined) throw new AliasNotFound(key.team, key.model, key.alias);
      return alias;
    }
    const named = await this.#released(key, version ?? alias.version ?? 0, tx);
    const moved = movedTo(alias, version);
    await this.aliases.save(moved, now, tx);
    await this.telling.tell(AliasMoved, factOf(moved, named, now), now, tx);
    return moved;
  }

  async #released(
    { team, model }: AliasKey,
    version: number,
    tx: Transaction,
  ): Promise<ProvenBuild> {
    const named = await this.versions.find({ team, model }, version, tx);
    if (named === undefined) throw new VersionNotFound(team, model, version);
    if (named.releasedAt === undefined) throw new VersionNotReleased(team, model, version);
    return named;
  }
}

function factOf(
  { team, model, alias, version, sequence }: Alias,
  { buildId, imageDigest }: ProvenBuild,
  now: Date,
): AliasMoved {
  const identity = { team, model, buildId, at: now.toISOString() };
  const target = version !== undefined && { version, imageDigest };
  return { ...identity, alias, sequence, ...target };
}
