import type { Transaction } from '@floe/messaging';

import type { PushedManifest, Reference, Referrer, StoredManifest } from '../domain/manifest.ts';

export interface ReferrersQuery {
  readonly artifactType: string | undefined;
  /** The digest after which the page begins. */
  readonly after: string;
  readonly limit: number;
}

/** The manifests of the repositories. */
export abstract class Manifests {
  abstract find(
    repository: string,
    reference: Reference,
    tx: Transaction,
  ): Promise<StoredManifest | undefined>;

  /**
   * Saves the manifest, unless the repository lacks what it refers to: gives that then. A subject may be missing.
   * Pushed again it stays as it is, but becomes kept when it is now.
   */
  abstract save(
    repository: string,
    manifest: PushedManifest,
    tx: Transaction,
  ): Promise<readonly string[]>;

  /** Ordered by digest. */
  abstract referrers(
    repository: string,
    subject: string,
    query: ReferrersQuery,
    tx: Transaction,
  ): Promise<readonly Referrer[]>;

  /** Removes the manifest and the free tags that name it, unless versions, aliases or an index rest on it. */
  abstract remove(
    repository: string,
    digest: string,
    tx: Transaction,
  ): Promise<'removed' | 'unknown' | 'kept'>;
}
