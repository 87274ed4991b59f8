import type { BuildEnded, VersionAssigned } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { afterwards } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { AwaitEnd } from './await-end.ts';
import { Builds } from './builds.ts';

/** Remembers what became of accepted builds, for those who wait, cancel or retry. */
@Injectable()
export class RecordOutcome {
  constructor(
    private readonly builds: Builds,
    private readonly awaitEnd: AwaitEnd,
  ) {}

  async numbered({ buildId }: VersionAssigned, tx: Transaction): Promise<void> {
    this.builds.markNumbered(buildId, tx);
  }

  async ended(end: BuildEnded, tx: Transaction): Promise<void> {
    this.builds.markEnded(end, tx);
    afterwards(tx, () => this.awaitEnd.ring(end.buildId));
  }
}
