import { randomUUID } from 'node:crypto';

import { type Build, hasEnded } from '../answers/build.ts';
import type { BuildSpec } from '../calls/build-request.ts';
import { missingLayers } from '../calls/builds.ts';
import type { ModelName } from '../calls/names.ts';
import type { CreateOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { FloeProblem } from '../transport/errors.ts';
import type { LocalItem } from '../walk/local-file.ts';
import { type BlobSender, WholeBlobSender } from './blob-sender.ts';
import { type DigestCache, NoDigestCache } from './digest-cache.ts';
import { HeldBytes } from './held-bytes.ts';
import { type LocalLayer, localLayers } from './local-layer.ts';
import type { OnProgress } from './progress.ts';
import { sendLayers } from './send-layers.ts';

export interface UploadOptions extends CreateOptions {
  /** False gives the build as it was accepted; else the build is waited for to its end. */
  readonly wait?: boolean | undefined;
  readonly cache?: DigestCache | undefined;
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

const heldBytes = 128 * 1024 * 1024;
const mostHeldOfOne = 64 * 1024 * 1024 + 4 * 1024 * 1024;
/** A layer may vanish between its sending and the request only when the platform swept it meanwhile. */
const mostRounds = 3;
const secondsHeld = 2;

/**
 * Makes a build of files on this machine. Asks for the build first and sends only the layers that the team
 * has not proven yet, so that an unchanged upload is one request; one idempotency key goes with all attempts.
 * @throws LayoutError, WalkError, FloeProblem, PlatformUnreachable
 */
export async function upload(
  client: FloeClient,
  items: readonly LocalItem[],
  model: ModelName,
  spec: BuildSpec,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { signal, onProgress, wait = true } = options;
  const run = new Upload(client, localLayers(items), model, options);
  onProgress?.({
    stage: 'laid-out',
    files: items.filter(({ kind }) => kind === 'file').length,
    layers: run.layers.length,
    totalBytes: run.totalBytes,
  });
  const accepted = await run.request(spec);
  onProgress?.({ stage: 'building', build: accepted });
  const onBuild = (build: Build): void => onProgress?.({ stage: 'building', build });
  const build =
    wait && !hasEnded(accepted.state)
      ? await client.builds.wait(accepted.id, { signal, onBuild })
      : accepted;
  return { ...run.sums(), build };
}

class Upload {
  readonly totalBytes: number;
  readonly #key: string;
  readonly #held = new HeldBytes(heldBytes, mostHeldOfOne);
  readonly #cache: DigestCache;
  readonly #sender: BlobSender;
  readonly #sent = new Set<LocalLayer>();

  constructor(
    private readonly client: FloeClient,
    readonly layers: readonly LocalLayer[],
    private readonly model: ModelName,
    private readonly options: UploadOptions,
  ) {
    this.totalBytes = sumOf(layers);
    this.#key = options.idempotencyKey ?? randomUUID();
    this.#cache = options.cache ?? new NoDigestCache();
    this.#sender = options.sender ?? new WholeBlobSender(client.blobs);
  }

  async request(spec: BuildSpec): Promise<Build> {
    for (let round = 1; ; round += 1) {
      const digests = await this.#digests();
      try {
        return await this.client.builds.create(
          this.model,
          { ...spec, layers: digests },
          {
            idempotencyKey: this.#key,
            signal: this.options.signal,
            ...(this.options.wait !== false && { waitSeconds: secondsHeld }),
          },
        );
      } catch (error) {
        const missing = missingLayers(error);
        if (missing === undefined || round > mostRounds) throw error;
        await this.#send(missing.length === 0 ? digests : missing, digests);
      }
    }
  }

  sums(): Omit<Uploaded, 'build'> {
    return {
      layers: this.layers.length,
      presentLayers: this.layers.length - this.#sent.size,
      totalBytes: this.totalBytes,
      sentBytes: sumOf([...this.#sent]),
    };
  }

  async #digests(): Promise<readonly string[]> {
    let doneBytes = 0;
    const digests: string[] = [];
    for (const layer of this.layers) {
      this.options.signal?.throwIfAborted();
      const digest = await layer.digest(this.#cache, this.#held, (bytes) => {
        doneBytes += bytes;
        const { totalBytes } = this;
        this.options.onProgress?.({ stage: 'hashing', doneBytes, totalBytes });
      });
      digests.push(digest);
    }
    return digests;
  }

  async #send(missing: readonly string[], digests: readonly string[]): Promise<void> {
    const blobs = this.layers.flatMap((layer, index) => {
      const digest = digests[index] ?? '';
      return missing.includes(digest) ? [{ layer, digest }] : [];
    });
    const { signal, onProgress } = this.options;
    const { team } = this.model;
    const layers = this.layers.length;
    try {
      await sendLayers(blobs, {
        sender: this.#sender,
        team,
        held: this.#held,
        layers,
        signal,
        onProgress,
      });
      for (const { layer } of blobs) this.#sent.add(layer);
    } catch (error) {
      const stale = blobs.filter(({ layer }) => layer.fromCache);
      if (!(error instanceof FloeProblem) || error.code !== 'DIGEST_MISMATCH') throw error;
      if (stale.length === 0) throw error;
      for (const { layer } of stale) await layer.distrust(this.#cache);
    }
  }
}

function sumOf(layers: readonly LocalLayer[]): number {
  return layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
