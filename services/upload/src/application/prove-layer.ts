import { createHash } from 'node:crypto';

import type { Layer } from '@floe/contracts';
import {
  encodingIndex,
  inTurns,
  LayerInvalid,
  type LayerIndex,
  LayerVerifier,
  Turns,
} from '@floe/layers';
import { BlobStore, type Received } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { DigestMismatch, layerRefused } from '../domain/errors.ts';
import { ProvenBlobs } from './builds.ts';

/** A layer that is proven and durable, and visible to nobody yet. */
export interface StagedLayer extends Layer {
  readonly received: Received;
  readonly index: LayerIndex;
}

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
    stated: string,
    signal: AbortSignal,
  ): Promise<Layer> {
    const staged = await this.stage(bytes, signal);
    if (stated === staged.digest) return this.publish(team, staged);
    await this.discard(staged);
    throw new DigestMismatch(stated, staged.digest);
  }

  /** To be published or discarded. Throws ModelRefused for another layout, with nothing left. */
  async stage(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StagedLayer> {
    const hash = createHash('sha256');
    const verifier = new LayerVerifier();
    const received = await this.store.receive(checked(bytes, hash, verifier), signal);
    try {
      const index = orRefused(() => verifier.end());
      const digest = `sha256:${hash.digest('hex')}`;
      return { digest, sizeBytes: received.sizeBytes, received, index };
    } catch (error) {
      await this.store.discard(received);
      throw error;
    }
  }

  /** Makes the layer visible, and the team's. What fails leaves nothing. */
  async publish(team: string, { digest, sizeBytes, received, index }: StagedLayer): Promise<Layer> {
    try {
      await this.store.publish(received, digest, await inTurns(encodingIndex(index)));
    } catch (error) {
      // Once the digest is visible the bytes may be its own: then they are left to the sweep.
      if ((await this.store.stat(digest)) === undefined) await this.store.discard(received);
      throw error;
    }
    await this.provenBlobs.add(team, { digest, sizeBytes });
    return { digest, sizeBytes };
  }

  async discard({ received }: StagedLayer): Promise<void> {
    await this.store.discard(received);
  }
}

async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
  verifier: LayerVerifier,
): AsyncGenerator<Uint8Array> {
  const turns = new Turns();
  for await (const chunk of bytes) {
    hash.update(chunk);
    orRefused(() => verifier.write(chunk));
    yield chunk;
    // A layer of empty files costs the most for each byte, and no disk slows it.
    await turns.pause();
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
