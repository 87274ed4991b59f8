import { randomUUID } from 'node:crypto';

import { type Build, hasEnded } from '../answers/build.ts';
import type { BuildSpec } from '../calls/build-request.ts';
import { missingLayers } from '../calls/builds.ts';
import type { ModelName } from '../calls/names.ts';
import type { CreateOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { FloeProblem } from '../transport/errors.ts';
import { askLayers } from './ask-layers.ts';
import type { BlobSender } from './blob-sender.ts';
import type { LocalLayer } from './local-layer.ts';
import type { LocalModel } from './local-model.ts';
import { goesInParts, PartSender } from './part-sender.ts';
import type { OnProgress } from './progress.ts';
import { sendLayers } from './send-layers.ts';

export interface UploadOptions extends CreateOptions {
  /** False gives the build as it was accepted; else the build is waited for to its end. */
  readonly wait?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly sender?: BlobSender | undefined;
}

export interface Uploaded {
  readonly build: Build;
  readonly layers: number;
  /** Layers that the team had already. */
  readonly presentLayers: number;
  /** Bytes of all layers, and of those that were sent. */
  readonly totalBytes: number;
  readonly sentBytes: number;
}

/** A layer is missing again only when the platform swept it meanwhile, or its cached digest was wrong. */
const mostRounds = 3;
const secondsHeld = 2;

/**
 * Makes a build of files on this machine. Asks for the build first and sends only the layers that the team
 * has not proven yet, so that an unchanged upload is one request; large layers that no cache knows are sent first,
 * while they are read. One idempotency key goes with all attempts.
 * @throws WalkError, FloeProblem, PlatformUnreachable
 */
export async function upload(
  client: FloeClient,
  local: LocalModel,
  model: ModelName,
  spec: BuildSpec,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { signal, onProgress, wait = true } = options;
  const { fileCount: files, layers, totalBytes } = local;
  onProgress?.({ stage: 'laid-out', files, layers: layers.length, totalBytes });
  const attempt = new Attempt(client, local, model, options);
  const accepted = await attempt.request(spec);
  onProgress?.({ stage: 'building', build: accepted });
  const onBuild = (build: Build): void => onProgress?.({ stage: 'building', build });
  const build =
    wait && !hasEnded(accepted.state)
      ? await client.builds.wait(accepted, { signal, onBuild })
      : accepted;
  const { sent, sentBytes } = attempt;
  return {
    build,
    layers: layers.length,
    presentLayers: layers.length - sent.size,
    totalBytes,
    sentBytes,
  };
}

class Attempt {
  readonly sent = new Set<LocalLayer>();
  sentBytes = 0;
  readonly #sender: BlobSender;

  constructor(
    private readonly client: FloeClient,
    private readonly local: LocalModel,
    private readonly model: ModelName,
    private readonly options: UploadOptions,
  ) {
    this.#sender = options.sender ?? new PartSender(client.blobs, client.uploads);
  }

  async request(spec: BuildSpec): Promise<Build> {
    const { signal, wait, onProgress, idempotencyKey = randomUUID() } = this.options;
    const waitSeconds = wait === false ? undefined : secondsHeld;
    for (let round = 1; ; round += 1) {
      // Layers are sent while they are hashed: asking for the build first would need their digests.
      if (await this.#hasUnread()) await this.#send(this.local.layers);
      const layers = await this.local.digests(this.options);
      onProgress?.({ stage: 'asking' });
      try {
        const request = { ...spec, layers };
        return await this.client.builds.create(this.model, request, {
          idempotencyKey,
          signal,
          waitSeconds,
        });
      } catch (error) {
        const missing = new Set(missingLayers(error));
        if (missing.size === 0 || round > mostRounds) throw error;
        await this.#send(this.local.layers.filter((_, index) => missing.has(layers[index] ?? '')));
      }
    }
  }

  async #hasUnread(): Promise<boolean> {
    const large = this.local.layers.filter(({ sizeBytes }) => goesInParts(sizeBytes));
    const digests = await Promise.all(large.map((layer) => this.local.knownDigest(layer)));
    return digests.includes(undefined);
  }

  async #send(layers: readonly LocalLayer[]): Promise<void> {
    const { team } = this.model;
    const asking = { ...this.options, blobs: this.client.blobs, team };
    const missing = await askLayers(layers, this.local, asking);
    try {
      await sendLayers(missing, this.local, {
        sender: this.#sender,
        team,
        signal: this.options.signal,
        onProgress: this.options.onProgress,
        onSent: (bytes) => void (this.sentBytes += bytes),
      });
      for (const { layer } of missing) this.sent.add(layer);
    } catch (error) {
      const isStale = error instanceof FloeProblem && error.code === 'DIGEST_MISMATCH';
      if (!isStale || !missing.some(({ layer }) => layer.fromCache)) throw error;
      await this.local.distrustCache();
    }
  }
}
