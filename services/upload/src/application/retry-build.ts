import { Injectable } from '@nestjs/common';

import type { Principal } from '../domain/access.ts';
import type { AcceptedBuild } from '../domain/build.ts';
import { BuildNotEnded, BuildNotFound } from '../domain/errors.ts';
import { Builds } from './builds.ts';
import type { Claim } from './idempotency.ts';
import { RequestBuild } from './request-build.ts';

/** Makes a new build of the input of one that failed or was cancelled. */
@Injectable()
export class RetryBuild {
  constructor(
    private readonly builds: Builds,
    private readonly requestBuild: RequestBuild,
  ) {}

  async execute(
    retryOf: string,
    principal: Principal,
    claimOf: (build: AcceptedBuild) => Claim | undefined,
    moment: { readonly buildId: string; readonly now: Date },
    signal: AbortSignal,
  ): Promise<AcceptedBuild> {
    const build = await this.builds.find(retryOf);
    if (build === undefined) throw new BuildNotFound(retryOf);
    if (build.ended === undefined) throw new BuildNotEnded('still under way');
    if (build.ended.outcome === 'released') throw new BuildNotEnded('released');

    const { team, model, upload } = build;
    const layers = upload.layers.map(({ digest }) => digest);
    const request = { team, model, layers, spec: upload.spec, retryOf };
    return this.requestBuild.execute(request, principal, claimOf(build), moment, signal);
  }
}
