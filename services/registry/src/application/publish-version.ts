import { ImagePublished, type VersionAssigned } from '@floe/contracts';
import { failPoint } from '@floe/fail-point';
import type { Transaction } from '@floe/messaging';
import { afterwards, Outbox } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { ImageNotThere, VersionTagTaken } from '../domain/errors.ts';
import { repositoryOf } from '../domain/model-repository.ts';
import { Manifests } from './manifests.ts';
import { Tags } from './tags.ts';

@Injectable()
export class PublishVersion {
  constructor(
    private readonly manifests: Manifests,
    private readonly tags: Tags,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Writes the version's tag and tells it, both or neither; again changes nothing and tells the same fact.
   * Throws ImageNotThere and VersionTagTaken, which only time or an operator can mend.
   */
  async execute(assigned: VersionAssigned, now: Date, tx: Transaction): Promise<void> {
    const { team, model, buildId, version, imageDigest } = assigned;
    const repository = repositoryOf(assigned);
    await this.tags.lock(repository, tx);
    const image = { kind: 'digest', digest: imageDigest } as const;
    if ((await this.manifests.find(repository, image, tx)) === undefined) {
      throw new ImageNotThere(repository, imageDigest);
    }
    const standing = await this.tags.freeze(repository, version, imageDigest, tx);
    if (standing !== imageDigest) throw new VersionTagTaken(repository, version, standing);
    const at = now.toISOString();
    const published = { team, model, buildId, at, version, imageDigest, repository };
    await this.outbox.add(ImagePublished, published, now, tx);
    afterwards(tx, committed);
  }
}

function committed(): void {
  failPoint('registry.tag-row');
}
