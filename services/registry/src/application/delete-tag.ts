import { Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { ManifestUnknown, NotDeletable } from '../domain/errors.ts';
import { isKeptByRule } from '../domain/model-repository.ts';
import { Aliases } from './aliases.ts';
import { Tags } from './tags.ts';

@Injectable()
export class DeleteTag {
  constructor(
    private readonly transactions: Transactions,
    private readonly tags: Tags,
    private readonly aliases: Aliases,
  ) {}

  /** Throws NotDeletable for a tag that the platform keeps, ManifestUnknown. */
  execute(repository: string, tag: string, signal: AbortSignal): Promise<void> {
    return this.transactions.run(async (tx) => {
      await this.tags.lock(repository, tx);
      if (isKeptByRule(repository, tag) || (await this.aliases.has(repository, tag, tx))) {
        throw new NotDeletable(`The tag ${tag}`);
      }
      if (!(await this.tags.remove(repository, tag, tx))) throw new ManifestUnknown(tag);
    }, signal);
  }
}
