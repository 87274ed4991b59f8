import { Injectable } from '@nestjs/common';

import { ManifestUnknown } from '../domain/errors.ts';
import { type Reference, referenceText, type StoredManifest } from '../domain/manifest.ts';
import { Manifests } from './manifests.ts';
import { Statements } from './statements.ts';

@Injectable()
export class ReadManifest {
  constructor(
    private readonly statements: Statements,
    private readonly manifests: Manifests,
  ) {}

  /** Throws ManifestUnknown. */
  async execute(
    repository: string,
    reference: Reference,
    signal: AbortSignal,
  ): Promise<StoredManifest> {
    const manifest = await this.statements.run(
      (tx) => this.manifests.find(repository, reference, tx),
      signal,
    );
    if (manifest === undefined) throw new ManifestUnknown(referenceText(reference));
    return manifest;
  }
}
