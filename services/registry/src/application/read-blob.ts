import type { Readable } from 'node:stream';

import { BlobStore, type ByteRange } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { BlobUnknown } from '../domain/errors.ts';
import { BlobLinks, type LinkedBlob } from './blob-links.ts';
import { Statements } from './statements.ts';

@Injectable()
export class ReadBlob {
  constructor(
    private readonly statements: Statements,
    private readonly links: BlobLinks,
    private readonly store: BlobStore,
  ) {}

  /** Throws BlobUnknown for a blob that the repository does not show, wherever else it may be. */
  async execute(repository: string, digest: string, signal: AbortSignal): Promise<LinkedBlob> {
    const blob = await this.statements.run((tx) => this.links.find(repository, digest, tx), signal);
    if (blob === undefined) throw new BlobUnknown(digest);
    return blob;
  }

  /** The bytes of a blob that `execute` has shown, or a part of them. */
  open({ digest }: LinkedBlob, range: ByteRange, signal: AbortSignal): Promise<Readable> {
    return this.store.read(digest, signal, range);
  }
}
