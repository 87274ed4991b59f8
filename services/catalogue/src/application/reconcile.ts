import { endOverdue, stateOf, type Told } from '@floe/builds';
import { VersionAssigned } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { Outbox, Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { BuildRows, type SilentBuild } from './build-rows.ts';
import { EndBuild } from './end-build.ts';

const MINUTE_MS = 60_000;
const BATCH_BUILDS = 100;

/** Twice the deadline of the stage that owns a build in this state: who is silent for so long will not answer. */
const SILENCE_MS = {
  received: 20 * MINUTE_MS,
  inferring: 20 * MINUTE_MS,
  queued: 120 * MINUTE_MS,
  building: 120 * MINUTE_MS,
} as const;

/** Compares what builds are with what they should become: asks again, and ends what nobody will answer for. */
@Injectable()
export class Reconcile {
  constructor(
    private readonly transactions: Transactions,
    private readonly builds: BuildRows,
    private readonly endBuild: EndBuild,
    private readonly outbox: Outbox,
  ) {}

  execute(now: Date, signal: AbortSignal): Promise<void> {
    return this.transactions.run(async (tx) => {
      const before = new Date(now.getTime() - MINUTE_MS);
      for (const build of await this.builds.silentSince(before, BATCH_BUILDS, tx)) {
        await this.#attend(build, now, tx);
      }
    }, signal);
  }

  async #attend(build: SilentBuild, now: Date, tx: Transaction): Promise<void> {
    const { told, toldAt } = build;
    if (told.assigned) {
      // Publishing has no deadline: the registry is asked again until it answers.
      await this.outbox.add(VersionAssigned, told.assigned, now, tx);
      return this.builds.touch(build, tx);
    }
    if (now.getTime() - toldAt.getTime() < silenceOf(told)) return;
    const end = endOverdue(told, now);
    if (end === undefined) return;
    await this.endBuild.execute([{ told, end }], tx);
    this.builds.add(build, { ended: end }, tx);
  }
}

function silenceOf(told: Told): number {
  const state = stateOf(told);
  return state in SILENCE_MS ? SILENCE_MS[state as keyof typeof SILENCE_MS] : Infinity;
}
