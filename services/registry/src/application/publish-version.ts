import { ImagePublished, type VersionAssigned } from '@floe/contracts';
import { failPoint } from '@floe/fail-point';
import type { Transaction } from '@floe/messaging';
import { afterwards, Outbox } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { ImageNotThere, VersionTagTaken } from '../domain/errors.ts';
import { repositoryOf } from '../domain/model-repository.ts';
import { Tags } from './tags.ts';

export interface Unpublished {
  readonly assigned: VersionAssigned;
  readonly reason: ImageNotThere | VersionTagTaken;
}

@Injectable()
export class PublishVersion {
  constructor(
    private readonly tags: Tags,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Writes the version's tag and tells it, both or neither; again changes nothing and tells the same fact.
   * Throws what `executeAll` gives.
   */
  async execute(assigned: VersionAssigned, now: Date, tx: Transaction): Promise<void> {
    const [unpublished] = await this.executeAll([assigned], now, tx);
    if (unpublished !== undefined) throw unpublished.reason;
  }

  /** Publishes several versions at once. Gives those that only time or an operator can help, each with the reason. */
  async executeAll(
    versions: readonly VersionAssigned[],
    now: Date,
    tx: Transaction,
  ): Promise<readonly Unpublished[]> {
    const wanted = versions.map((assigned) => ({
      assigned,
      repository: repositoryOf(assigned),
      version: assigned.version,
      digest: assigned.imageDigest,
    }));
    const standing = await this.tags.freeze(wanted, tx);
    const unpublished: Unpublished[] = [];
    for (const [nth, { assigned, repository, version, digest }] of wanted.entries()) {
      const stands = standing[nth];
      if (stands === digest) await this.tell(assigned, now, tx);
      else {
        const reason =
          stands === undefined
            ? new ImageNotThere(repository, digest)
            : new VersionTagTaken(repository, version, stands);
        unpublished.push({ assigned, reason });
      }
    }
    afterwards(tx, committed);
    return unpublished;
  }

  /** Of a version whose tag is written. */
  async tell(assigned: VersionAssigned, now: Date, tx: Transaction): Promise<void> {
    const { team, model, buildId, version, imageDigest } = assigned;
    const repository = repositoryOf(assigned);
    const at = now.toISOString();
    const published = { team, model, buildId, at, version, imageDigest, repository };
    await this.outbox.add(ImagePublished, published, now, tx);
  }
}

function committed(): void {
  failPoint('registry.tag-row');
}
