import {
  type Descriptor,
  DigestWrong,
  FloeProblem,
  type FloeClient,
  type Model,
  type Version,
} from '@floe/client';

import { modelText } from '../names/model-name.ts';
import type { Report } from './report.ts';

interface ImageOptions {
  readonly deep: boolean;
  readonly signal: AbortSignal;
}

/** Tag → digest → manifest → every blob, each looked at once in the model's repository. */
export class ImageCheck {
  readonly #seen = new Set<string>();

  constructor(
    private readonly client: FloeClient,
    private readonly model: Model,
    private readonly options: ImageOptions,
    private readonly report: Report,
  ) {}

  async execute({ version, state, image }: Version): Promise<void> {
    const subject = `${modelText(this.model)}:${version}`;
    // Pulls of what was withdrawn are refused by its tag; what is published has none yet.
    const reference = state === 'released' ? version : image?.digest;
    if (reference === undefined || image === undefined)
      return this.report.add('images', subject, 'has no image');
    try {
      const { signal } = this.options;
      const { digest, manifest } = await this.client.images.manifest(this.model, reference, {
        signal,
      });
      if (digest !== image.digest) {
        const message = `its tag resolves to ${digest}, the version is of ${image.digest}`;
        this.report.add('images', subject, message);
      }
      for (const blob of [manifest.config, ...manifest.layers]) await this.#blob(subject, blob);
    } catch (error) {
      this.report.add('images', subject, faultOf(error));
    }
  }

  async #blob(subject: string, { digest, size }: Descriptor): Promise<void> {
    if (this.#seen.has(digest)) return;
    this.#seen.add(digest);
    this.report.counts.blobs += 1;
    const { deep, signal } = this.options;
    try {
      const found = await this.client.images.blobSize(this.model, digest, { signal });
      if (found === undefined) return this.report.add('images', subject, `has no blob ${digest}`);
      if (found !== size) {
        const message = `its blob ${digest} has ${found} bytes, not ${size}`;
        return this.report.add('images', subject, message);
      }
      if (!deep) return;
      for await (const chunk of this.client.images.blob(this.model, digest, { signal }))
        this.report.counts.hashedBytes += chunk.length;
    } catch (error) {
      this.report.add('images', subject, `blob ${digest}: ${faultOf(error)}`);
    }
  }
}

/** What the platform answered wrongly; that it did not answer is not a finding. */
export function faultOf(error: unknown): string {
  if (error instanceof FloeProblem) return `${error.code}: ${error.detail}`;
  if (error instanceof DigestWrong) return error.message;
  throw error;
}
