import { decideEnd, type Kind, tell, type Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { FactType, Transaction } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import { AssignVersion } from './assign-version.ts';
import { BuildRows } from './build-rows.ts';
import { EndBuild } from './end-build.ts';
import { PublicLog } from './public-log.ts';
import { Versions } from './versions.ts';

type FactOf<K extends Kind> = NonNullable<Told[K]>;

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
    await this.publicLog.add(type, fact, tx);
    if (kind === 'uploaded') await this.versions.introduce(fact, new Date(fact.at), tx);

    // The build before its model: every transaction takes the locks in this order.
    const known = await this.builds.lock(fact, tx);
    const told = await this.#proceed(tell(known, kind, fact), tx);
    await this.builds.save(fact, told, tx);
  }

  /** The builder tells again what still waits or runs: a sign of life that changes nothing else. */
  alive(fact: Identity, tx: Transaction): Promise<void> {
    return this.builds.touch(fact, tx);
  }

  async #proceed(told: Told, tx: Transaction): Promise<Told> {
    const now = new Date();
    const { succeeded, assigned, ended } = told;
    const numbered =
      succeeded && !assigned && !ended
        ? { ...told, assigned: await this.assignVersion.execute(succeeded, now, tx) }
        : told;
    const end = decideEnd(numbered, now);
    if (end === undefined) return numbered;
    await this.endBuild.execute(numbered, end, tx);
    return { ...numbered, ended: end };
  }
}
