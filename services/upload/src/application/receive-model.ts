import type { BuildSpec } from '@floe/contracts';
import { Injectable } from '@nestjs/common';

import type { Principal } from '../domain/access.ts';
import { type AcceptedBuild, PLAIN_SPEC } from '../domain/build.ts';
import { Builds } from './builds.ts';
import { type Claim, Idempotency } from './idempotency.ts';
import { ReadArchive } from './read-archive.ts';
import { readSingleFile } from './read-single-file.ts';
import { RequestBuild } from './request-build.ts';
import { OpenBodies } from './shares.ts';
import { StoreModel } from './store-model.ts';

export interface ModelUpload {
  readonly team: string;
  readonly model: string;
  /** What the request itself says; without it the `serving.yaml` of an archive is asked. */
  readonly spec: BuildSpec | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** `undefined`: not known before the end. */
  readonly sizeBytes: number | undefined;
  /** Of a single file. */
  readonly filename: string | undefined;
  readonly form: 'archive' | 'file' | 'told-by-bytes';
}

/** Takes a whole model as one body: an archive, or one file. */
@Injectable()
export class ReceiveModel {
  constructor(
    private readonly builds: Builds,
    private readonly idempotency: Idempotency,
    private readonly readArchive: ReadArchive,
    private readonly storeModel: StoreModel,
    private readonly requestBuild: RequestBuild,
    private readonly openBodies: OpenBodies,
  ) {}

  async execute(
    upload: ModelUpload,
    principal: Principal,
    claim: Claim | undefined,
    moment: { readonly buildId: string; readonly now: Date },
    signal: AbortSignal,
  ): Promise<AcceptedBuild> {
    const twin = await this.idempotency.twinOf(claim);
    const known = twin && (await this.builds.find(twin));
    if (known) return known;

    const { team, model } = upload;
    using held = new DisposableStack();
    held.use(this.openBodies.take(team, 1));
    const { layers, spec } = await this.#store(upload, signal);
    const request = { team, model, layers, spec };
    return this.requestBuild.execute(request, principal, claim, moment, signal);
  }

  async #store(
    upload: ModelUpload,
    signal: AbortSignal,
  ): Promise<{ readonly layers: readonly string[]; readonly spec: BuildSpec }> {
    const { team, filename, form } = upload;
    if (form === 'file' && upload.sizeBytes !== undefined) {
      const source = readSingleFile(filename, upload.sizeBytes, upload.bytes);
      const layers = await this.storeModel.execute(team, source, signal);
      return { layers, spec: upload.spec ?? PLAIN_SPEC };
    }
    await using archive = await this.readArchive.execute(upload, signal);
    return {
      layers: await this.storeModel.execute(team, archive, signal),
      spec: upload.spec ?? archive.spec ?? PLAIN_SPEC,
    };
  }
}
