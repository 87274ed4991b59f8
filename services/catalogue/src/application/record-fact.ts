import { decideEnd, type Kind, type Told } from '@floe/builds';
import type { BuildSucceeded, Identity } from '@floe/contracts';
import type { FactType, Transaction } from '@floe/messaging';
import { gather, type Gathering } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { AssignVersion } from './assign-version.ts';
import { BuildRows, type News } from './build-rows.ts';
import { EndBuild, type Ending } from './end-build.ts';
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
  /** What follows is decided for all builds of the transaction at once. */
  readonly #deciding: Gathering<News> = { write: (news, tx) => this.#decide(news, tx) };

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

    const { buildId, team, model } = fact;
    const news = { buildId, team, model, told: { [kind]: fact } };
    if (NEUTRAL.has(kind)) this.builds.add(fact, news.told, tx);
    else gather(tx, this.#deciding, news);
  }

  /** The builder tells again what still waits or runs: a sign of life that changes nothing else. */
  alive(fact: Identity, tx: Transaction): Promise<void> {
    return this.builds.touch(fact, tx);
  }

  /** The builds before their models: every transaction takes the locks in this order. */
  async #decide(news: readonly News[], tx: Transaction): Promise<void> {
    const now = new Date();
    const known = await this.builds.learn(news, tx);
    const proven = known.flatMap(({ told }) => provenBy(told) ?? []);
    const assigned = new Map(
      (await this.assignVersion.execute(proven, now, tx)).map((fact) => [fact.buildId, fact]),
    );
    const endings: Ending[] = [];
    for (const { told: before, ...build } of known) {
      const number = assigned.get(build.buildId);
      const told: Told = number === undefined ? before : { ...before, assigned: number };
      const end = decideEnd(told, now);
      if (end !== undefined) endings.push({ told, end });
      if (number === undefined && end === undefined) continue;
      this.builds.add(
        build,
        { ...(number && { assigned: number }), ...(end && { ended: end }) },
        tx,
      );
    }
    await this.endBuild.execute(endings, tx);
  }
}

function provenBy({ succeeded, assigned, ended }: Told): BuildSucceeded | undefined {
  return assigned === undefined && ended === undefined ? succeeded : undefined;
}
