import type { Told } from '@floe/builds';
import { BuildEnded } from '@floe/contracts';
import { Doorbells, type Transaction } from '@floe/messaging';
import { afterwards } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { MoveAlias } from './move-alias.ts';
import { Telling } from './telling.ts';
import { Versions } from './versions.ts';

/** Rings for those who wait for the end of a build. */
@Injectable()
export class EndedBuilds extends Doorbells {}

/** The one author of a build's end. The caller holds the lock of the build's row and keeps the end there. */
@Injectable()
export class EndBuild {
  constructor(
    private readonly versions: Versions,
    private readonly moveAlias: MoveAlias,
    private readonly telling: Telling,
    private readonly endedBuilds: EndedBuilds,
  ) {}

  async execute(told: Told, end: BuildEnded, tx: Transaction): Promise<void> {
    const at = new Date(end.at);
    await this.telling.tell(BuildEnded, end, at, tx);
    afterwards(tx, () => this.endedBuilds.ring(end.buildId));
    if (end.outcome !== 'released' || end.version === undefined) return;

    await this.versions.release(end.buildId, at, tx);
    const wanted = told.succeeded?.upload.spec.aliases ?? told.uploaded?.upload.spec.aliases ?? [];
    for (const alias of wanted) {
      await this.moveAlias.move({ ...end, alias }, { version: end.version }, at, tx);
    }
  }
}
