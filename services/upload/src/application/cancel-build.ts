import { BuildCancelRequested } from '@floe/contracts';
import { Outbox, Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { can, type Principal } from '../domain/access.ts';
import type { KnownBuild } from '../domain/build.ts';
import { BuildHasEnded, BuildNotFound, BuildTooFar, Forbidden } from '../domain/errors.ts';
import { Builds } from './builds.ts';

/** Passes on that somebody wants a build to end; the stage that holds the build decides whether it still can. */
@Injectable()
export class CancelBuild {
  constructor(
    private readonly transactions: Transactions,
    private readonly builds: Builds,
    private readonly outbox: Outbox,
  ) {}

  execute(
    buildId: string,
    principal: Principal,
    now: Date,
    signal: AbortSignal,
  ): Promise<KnownBuild> {
    return this.transactions.run(async (tx) => {
      const build = await this.builds.lock(buildId, tx);
      if (build === undefined) throw new BuildNotFound(buildId);
      if (!can(principal, 'cancel-build', build)) throw new Forbidden(build.team);
      if (build.ended) throw new BuildHasEnded(build.ended.outcome);
      if (build.numbered) throw new BuildTooFar();
      if (build.cancelRequested) return build;

      const { team, model } = build;
      await this.builds.requestCancel(buildId, now, tx);
      const fact = { team, model, buildId, at: now.toISOString() };
      await this.outbox.add(BuildCancelRequested, fact, now, tx);
      return { ...build, cancelRequested: true };
    }, signal);
  }
}
