import type { AliasMoved } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import { isKeptByRule, repositoryOf } from '../domain/model-repository.ts';
import { Aliases } from './aliases.ts';
import { Tags } from './tags.ts';

@Injectable()
export class MoveAlias {
  constructor(
    private readonly tags: Tags,
    private readonly aliases: Aliases,
  ) {}

  /** Lets the alias's tag name what the alias names; moves may come again and in any order. */
  async execute(moved: AliasMoved, tx: Transaction): Promise<void> {
    const { alias, sequence, imageDigest: digest } = moved;
    const repository = repositoryOf(moved);
    // `latest` follows the versions, not the aliases.
    if (isKeptByRule(repository, alias)) return;
    await this.tags.lock(repository, tx);
    if (!(await this.aliases.record(repository, { alias, sequence, digest }, tx))) return;
    if (digest === undefined) await this.tags.remove(repository, alias, tx);
    else await this.tags.move(repository, alias, digest, tx);
  }
}
