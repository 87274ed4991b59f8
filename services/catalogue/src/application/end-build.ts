import type { Told } from '@floe/builds';
import { BuildEnded } from '@floe/contracts';
import { Doorbells, type Transaction } from '@floe/messaging';
import { afterwards } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Durations } from './durations.ts';
import { MoveAlias } from './move-alias.ts';
import { Telling } from './telling.ts';
import { Versions } from './versions.ts';

/** Rings for those who wait for the end of a build. */
@Injectable()
export class EndedBuilds extends Doorbells {}

/** A build's end, and what is known of the build. */
export interface Ending {
  readonly told: Told;
  readonly end: BuildEnded;
}

/** The one author of the ends of builds. The caller holds the locks of the builds' rows and keeps the ends there. */
@Injectable()
export class EndBuild {
  constructor(
    private readonly versions: Versions,
    private readonly moveAlias: MoveAlias,
    private readonly telling: Telling,
    private readonly endedBuilds: EndedBuilds,
    private readonly durations: Durations,
  ) {}

  async execute(endings: readonly Ending[], tx: Transaction): Promise<void> {
    for (const { end } of endings) {
      await this.telling.tell(BuildEnded, end, new Date(end.at), tx);
      afterwards(tx, () => {
        this.endedBuilds.ring(end.buildId);
        this.durations.ended(end);
      });
    }
    const released = endings.filter(({ end }) => end.outcome === 'released');
    if (released.length === 0) return;
    await this.versions.release(
      released.map(({ end: { buildId, at } }) => ({ buildId, at: new Date(at) })),
      tx,
    );
    for (const ending of released) await this.#moveAliases(ending, tx);
  }

  async #moveAliases({ told, end }: Ending, tx: Transaction): Promise<void> {
    const { succeeded, uploaded } = told;
    const wanted = succeeded?.upload.spec.aliases ?? uploaded?.upload.spec.aliases ?? [];
    for (const alias of wanted) {
      await this.moveAlias.move({ ...end, alias }, { version: end.version }, new Date(end.at), tx);
    }
  }
}
