import { failPoint } from '@floe/fail-point';
import type { Transaction } from '@floe/messaging';
import { digestOf, ManifestInvalid, type ParsedManifest, parseManifest } from '@floe/oci';
import { Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { can, type Principal } from '../domain/access.ts';
import { DigestInvalid, ManifestRefused, ReferenceMissing, TagKept } from '../domain/errors.ts';
import type { PushedManifest, Reference } from '../domain/manifest.ts';
import { isKeptByRule } from '../domain/model-repository.ts';
import { Aliases } from './aliases.ts';
import { Manifests } from './manifests.ts';
import { Statements } from './statements.ts';
import { Tags } from './tags.ts';

export interface ManifestPush {
  readonly repository: string;
  readonly reference: Reference;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
}

@Injectable()
export class PutManifest {
  constructor(
    private readonly transactions: Transactions,
    private readonly statements: Statements,
    private readonly manifests: Manifests,
    private readonly tags: Tags,
    private readonly aliases: Aliases,
  ) {}

  /** Throws ManifestTooLarge, ManifestRefused, DigestInvalid, ReferenceMissing, TagKept. */
  async execute(
    { repository, reference, bytes, contentType }: ManifestPush,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<PushedManifest> {
    const parsed = parsedOrRefused(bytes, contentType);
    const digest = digestOf(bytes);
    if (reference.kind === 'digest' && reference.digest !== digest) {
      throw new DigestInvalid(`The manifest has the digest ${digest}, not ${reference.digest}.`);
    }
    const kept = principal.kind === 'platform';
    const manifest = { digest, mediaType: parsed.mediaType, bytes, parsed, kept };
    if (reference.kind === 'tag') {
      const { tag } = reference;
      await this.transactions.run(
        (tx) => this.#putTagged(repository, tag, manifest, principal, tx),
        signal,
      );
    } else await this.statements.run((tx) => this.#put(repository, manifest, tx), signal);
    failPoint('registry.manifest-put');
    return manifest;
  }

  async #putTagged(
    repository: string,
    tag: string,
    manifest: PushedManifest,
    principal: Principal,
    tx: Transaction,
  ): Promise<void> {
    await this.tags.lock(repository, tx);
    const kept = isKeptByRule(repository, tag) || (await this.aliases.has(repository, tag, tx));
    if (!can(principal, 'write-tag', { repository, kept })) {
      // A client that repeats what is true already is right.
      if ((await this.tags.find(repository, tag, tx)) === manifest.digest) return;
      throw new TagKept(tag);
    }
    await this.#put(repository, manifest, tx);
    await this.tags.move(repository, tag, manifest.digest, tx);
  }

  async #put(repository: string, manifest: PushedManifest, tx: Transaction): Promise<void> {
    const missing = await this.manifests.save(repository, manifest, tx);
    if (missing.length > 0) throw new ReferenceMissing(missing);
  }
}

function parsedOrRefused(bytes: Uint8Array, contentType: string | undefined): ParsedManifest {
  try {
    return parseManifest(bytes, contentType);
  } catch (error) {
    if (!(error instanceof ManifestInvalid)) throw error;
    throw new ManifestRefused(error.message, { cause: error });
  }
}
