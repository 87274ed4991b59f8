import { ModelUploaded } from '@floe/contracts';
import { Outbox, Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Builds } from './builds.ts';

const BATCH_BUILDS = 100;

/**
 * Tells accepted builds again, under the same id, that have had no number and no end for a while: whoever did its part
 * answers again, whoever lost it takes it up.
 */
@Injectable()
export class AnnounceAgain {
  constructor(
    private readonly transactions: Transactions,
    private readonly builds: Builds,
    private readonly outbox: Outbox,
  ) {}

  /** Gives how many builds were told again. */
  execute(silentMs: number, now: Date, signal: AbortSignal): Promise<number> {
    return this.transactions.run(async (tx) => {
      const before = new Date(now.getTime() - silentMs);
      const builds = await this.builds.takeUnanswered(before, now, BATCH_BUILDS, tx);
      for (const { buildId, team, model, upload } of builds) {
        const fact = { team, model, buildId, at: upload.uploadedAt, upload };
        await this.outbox.add(ModelUploaded, fact, now, tx);
      }
      return builds.length;
    }, signal);
  }
}
