import { createHash } from 'node:crypto';

import type { Layer } from '@floe/contracts';
import { encodeIndex, LayerInvalid, LayerVerifier } from '@floe/layers';
import { BlobStore, type Received } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { DigestMismatch, layerRefused } from '../domain/errors.ts';
import { ProvenBlobs } from './builds.ts';

/** Takes a layer in one pass: hashed and checked against the layout while it is stored, visible once it is proven. */
@Injectable()
export class ProveLayer {
  constructor(
    private readonly store: BlobStore,
    private readonly provenBlobs: ProvenBlobs,
  ) {}

  /** Throws DigestMismatch when `stated` is another digest than the bytes have, ModelRefused for another layout. */
  async execute(
    team: string,
    bytes: AsyncIterable<Uint8Array>,
    stated: string | undefined,
    signal: AbortSignal,
  ): Promise<Layer> {
    const hash = createHash('sha256');
    const verifier = new LayerVerifier();
    const received = await this.store.receive(checked(bytes, hash, verifier), signal);
    const layer = await this.#publish(received, `sha256:${hash.digest('hex')}`, verifier, stated);
    await this.provenBlobs.add(team, layer);
    return layer;
  }

  async #publish(
    received: Received,
    digest: string,
    verifier: LayerVerifier,
    stated: string | undefined,
  ): Promise<Layer> {
    try {
      if (stated !== undefined && stated !== digest) throw new DigestMismatch(stated, digest);
      await this.store.publish(received, digest, encodeIndex(orRefused(() => verifier.end())));
      return { digest, sizeBytes: received.sizeBytes };
    } catch (error) {
      await this.store.discard(received);
      throw error;
    }
  }
}

async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
  verifier: LayerVerifier,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    orRefused(() => verifier.write(chunk));
    yield chunk;
  }
}

function orRefused<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof LayerInvalid)) throw error;
    throw layerRefused(error.code, error.message, error);
  }
}
