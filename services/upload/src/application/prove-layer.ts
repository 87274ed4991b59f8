import type { Layer } from '@floe/contracts';
import { encodingIndex, inTurns, type LayerIndex } from '@floe/layers';
import { BlobStore, type Received } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { DigestMismatch } from '../domain/errors.ts';
import { ProvenBlobs } from './builds.ts';
import { CheckedLayer } from './checked-layer.ts';

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
    const layer = new CheckedLayer();
    const received = await this.store.receive(layer.pass(bytes), signal);
    try {
      return { ...layer.end(), sizeBytes: received.sizeBytes, received };
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
