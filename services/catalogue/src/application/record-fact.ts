import { decideEnd, type Kind, type Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { FactType, Transaction } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import { AssignVersion } from './assign-version.ts';
import { BuildRows } from './build-rows.ts';
import { EndBuild } from './end-build.ts';
import { PublicLog } from './public-log.ts';
import { Versions } from './versions.ts';

type FactOf<K extends Kind> = NonNullable<Told[K]>;

/** Facts after which nothing follows, whatever is known besides: they are written together with others. */
const NEUTRAL: ReadonlySet<Kind> = new Set([
  'uploaded',
  'cancelRequested',
  'inferred',
  'queued',
  'started',
]);

/** Takes a fact of a build in and does what follows from all that is known of the build then. */
@Injectable()
export class RecordFact {
  constructor(
    private readonly builds: BuildRows,
    private readonly versions: Versions,
    private readonly assignVersion: AssignVersion,
    private readonly endBuild: EndBuild,
    private readonly publicLog: PublicLog,
  ) {}

  async execute<K extends Kind>(
    kind: K,
    type: FactType<FactOf<K>>,
    fact: FactOf<K>,
    tx: Transaction,
  ): Promise<void> {
    this.publicLog.add(type, fact, tx);
    if (kind === 'uploaded') this.versions.introduce(fact, new Date(fact.at), tx);

    const news: Told = { [kind]: fact };
    if (NEUTRAL.has(kind)) this.builds.add(fact, news, tx);
    else await this.#follow(fact, news, tx);
  }

  /** The builder tells again what still waits or runs: a sign of life that changes nothing else. */
  alive(fact: Identity, tx: Transaction): Promise<void> {
    return this.builds.touch(fact, tx);
  }

  /** The build before its model: every transaction takes the locks in this order. */
  async #follow(fact: Identity, news: Told, tx: Transaction): Promise<void> {
    const now = new Date();
    const known = await this.builds.lock(fact, news, tx);
    const { succeeded, assigned, ended } = known;
    const told =
      succeeded && !assigned && !ended
        ? { ...known, assigned: await this.assignVersion.execute(succeeded, now, tx) }
        : known;
    const end = decideEnd(told, now);
    if (end !== undefined) await this.endBuild.execute(told, end, tx);
    const follows: Told = {
      ...(told !== known && { assigned: told.assigned }),
      ...(end !== undefined && { ended: end }),
    };
    if (Object.keys(follows).length > 0) this.builds.add(fact, follows, tx);
  }
}
