import { DistributionClient } from '@floe/oci';

import { OtherRegistry } from '../application/other-registry.ts';
import { ImageNotThere, VersionTagTaken } from '../domain/errors.ts';

/** Any registry that speaks OCI distribution 1.1. */
export class DistributionRegistry extends OtherRegistry {
  constructor(private readonly url: string) {
    super();
  }

  /** Only Floe writes these tags there: one that names another image was written by somebody else, and stays. */
  override async release(
    { repository, version, digest }: Parameters<OtherRegistry['release']>[0],
    signal: AbortSignal,
  ): Promise<void> {
    const client = new DistributionClient({ url: this.url, repository });
    const tag = String(version);
    const standing = await client.headManifest(tag, signal);
    if (standing?.digest === digest) return;
    if (standing !== undefined) throw new VersionTagTaken(repository, version, standing.digest);
    const manifest = await client.getManifest(digest, signal);
    if (manifest === undefined) throw new ImageNotThere(repository, digest);
    await client.putManifest(manifest, signal, tag);
  }
}
