import { Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { ManifestUnknown, NotDeletable } from '../domain/errors.ts';
import { Manifests } from './manifests.ts';
import { Tags } from './tags.ts';

@Injectable()
export class DeleteManifest {
  constructor(
    private readonly transactions: Transactions,
    private readonly tags: Tags,
    private readonly manifests: Manifests,
  ) {}

  /** Throws NotDeletable for a manifest that a build, a version, an alias or an index rests on, ManifestUnknown. */
  execute(repository: string, digest: string, signal: AbortSignal): Promise<void> {
    return this.transactions.run(async (tx) => {
      await this.tags.lock(repository, tx);
      const outcome = await this.manifests.remove(repository, digest, tx);
      if (outcome === 'kept') throw new NotDeletable(`The manifest ${digest}`);
      if (outcome === 'unknown') throw new ManifestUnknown(digest);
    }, signal);
  }
}
