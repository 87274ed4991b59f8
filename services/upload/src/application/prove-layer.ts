import type { Layer } from '@floe/contracts';
import { encodingIndex, inTurns, type LayerIndex } from '@floe/layers';
import { BlobStore, type Received, wholeIfSmall } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { DigestMismatch } from '../domain/errors.ts';
import { ProvenBlobs } from './builds.ts';
import { CheckedLayer } from './checked-layer.ts';

/** A layer of at most so many bytes is held until it is proven: it is then stored whole. */
export const HELD_BYTES = 64 * 1024;

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

  /**
   * Throws DigestMismatch when another digest is `stated` than the bytes have, ModelRefused for another layout; nothing
   * is left then.
   */
  async execute(
    team: string,
    bytes: AsyncIterable<Uint8Array>,
    stated: string | undefined,
    signal: AbortSignal,
  ): Promise<Layer> {
    const layer = new CheckedLayer();
    const passed = await wholeIfSmall(layer.pass(bytes), HELD_BYTES, signal);
    if (passed instanceof Uint8Array) return this.#put(team, passed, layer, stated);
    const staged = await this.#staged(layer, passed, signal);
    if (stated === undefined || stated === staged.digest) return this.publish(team, staged);
    await this.discard(staged);
    throw new DigestMismatch(stated, staged.digest);
  }

  /** To be published or discarded. Throws ModelRefused for another layout, with nothing left. */
  async stage(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StagedLayer> {
    const layer = new CheckedLayer();
    return this.#staged(layer, layer.pass(bytes), signal);
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

  async #staged(
    layer: CheckedLayer,
    passed: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<StagedLayer> {
    const received = await this.store.receive(passed, signal);
    try {
      return { ...layer.end(), sizeBytes: received.sizeBytes, received };
    } catch (error) {
      await this.store.discard(received);
      throw error;
    }
  }

  async #put(
    team: string,
    bytes: Uint8Array,
    layer: CheckedLayer,
    stated: string | undefined,
  ): Promise<Layer> {
    const { digest, index } = layer.end();
    if (stated !== undefined && stated !== digest) throw new DigestMismatch(stated, digest);
    const proven = { digest, sizeBytes: bytes.length };
    await this.store.put(bytes, digest, await inTurns(encodingIndex(index)));
    await this.provenBlobs.add(team, proven);
    return proven;
  }
}
