import { randomUUID } from 'node:crypto';

import { type Build, hasEnded } from '../answers/build.ts';
import type { BuildSpec } from '../calls/build-request.ts';
import { missingLayers } from '../calls/builds.ts';
import type { ModelName } from '../calls/names.ts';
import type { CreateOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { FloeProblem } from '../transport/errors.ts';
import { type BlobSender, WholeBlobSender } from './blob-sender.ts';
import type { LocalLayer } from './local-layer.ts';
import type { LocalModel } from './local-model.ts';
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
 * has not proven yet, so that an unchanged upload is one request; one idempotency key goes with all attempts.
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
      ? await client.builds.wait(accepted.id, { signal, onBuild })
      : accepted;
  const { size: sent } = attempt.sent;
  const sentBytes = [...attempt.sent].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    build,
    layers: layers.length,
    presentLayers: layers.length - sent,
    totalBytes,
    sentBytes,
  };
}

class Attempt {
  readonly sent = new Set<LocalLayer>();
  readonly #sender: BlobSender;

  constructor(
    private readonly client: FloeClient,
    private readonly local: LocalModel,
    private readonly model: ModelName,
    private readonly options: UploadOptions,
  ) {
    this.#sender = options.sender ?? new WholeBlobSender(client.blobs);
  }

  async request(spec: BuildSpec): Promise<Build> {
    const { signal, wait, onProgress, idempotencyKey = randomUUID() } = this.options;
    const waitSeconds = wait === false ? undefined : secondsHeld;
    for (let round = 1; ; round += 1) {
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
        const missing = missingLayers(error);
        if (missing === undefined || round > mostRounds) throw error;
        await this.#send(layers, new Set(missing));
      }
    }
  }

  async #send(digests: readonly string[], missing: ReadonlySet<string>): Promise<void> {
    const blobs = this.local.layers.flatMap((layer, index) => {
      const digest = digests[index];
      return digest !== undefined && missing.has(digest) ? [{ layer, digest }] : [];
    });
    try {
      await sendLayers(blobs, this.local, {
        sender: this.#sender,
        team: this.model.team,
        signal: this.options.signal,
        onProgress: this.options.onProgress,
      });
      for (const { layer } of blobs) this.sent.add(layer);
    } catch (error) {
      const isStale = error instanceof FloeProblem && error.code === 'DIGEST_MISMATCH';
      if (!isStale || !blobs.some(({ layer }) => layer.fromCache)) throw error;
      await this.local.distrustCache();
    }
  }
}
