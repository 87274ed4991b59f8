import { isDigest } from '@floe/oci';
import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { can, type Principal } from '../domain/access.ts';
import { BlobLinks, type LinkedBlob } from './blob-links.ts';
import { Statements } from './statements.ts';

export interface Mount {
  readonly repository: string;
  readonly digest: string;
  readonly from: string | undefined;
}

/** Links a blob that is here already, without copying a byte. */
@Injectable()
export class MountBlob {
  constructor(
    private readonly statements: Statements,
    private readonly links: BlobLinks,
    private readonly store: BlobStore,
  ) {}

  /** Gives false when the principal cannot be shown that the blob is here: the client then sends it. */
  async execute(mount: Mount, principal: Principal, signal: AbortSignal): Promise<boolean> {
    const blob = await this.#visible(mount, principal, signal);
    if (blob === undefined) return false;
    await this.statements.run((tx) => this.links.add(mount.repository, blob, tx), signal);
    return true;
  }

  async #visible(
    { repository, digest, from }: Mount,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<LinkedBlob | undefined> {
    if (!isDigest(digest)) return undefined;
    if (can(principal, 'link-proven-blob', { repository })) return this.store.stat(digest);
    if (from === undefined || !can(principal, 'pull', { repository: from })) return undefined;
    return this.statements.run((tx) => this.links.find(from, digest, tx), signal);
  }
}
