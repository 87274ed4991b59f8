import { Doorbell } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import { CatalogueQueries, type FactFilter, type PublicFact } from './catalogue-queries.ts';

const BATCH_FACTS = 200;
const NET_MS = 1_000;

/** Tells when facts got their places in the public log. */
export abstract class Appended {
  /** Calls `ring` after each append; calling what is returned ends that. */
  abstract onAppend(ring: () => void): () => void;
}

@Injectable()
export class WatchFacts {
  constructor(
    private readonly queries: CatalogueQueries,
    private readonly appended: Appended,
  ) {}

  /** The facts behind `after` in the order of the log, then each new one as it comes, until aborted. */
  async *execute(
    filter: FactFilter,
    after: bigint | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<PublicFact> {
    const doorbell = new Doorbell();
    const leave = this.appended.onAppend(() => doorbell.ring());
    try {
      let position = after ?? (await this.queries.lastPosition());
      while (!signal.aborted) {
        // What is filtered out must not be read again and again.
        const last = await this.queries.lastPosition();
        const facts = await this.queries.facts(filter, position, BATCH_FACTS);
        yield* facts;
        const read = BigInt(facts.at(-1)?.position ?? position);
        if (facts.length === BATCH_FACTS) position = read;
        else {
          position = read > last ? read : last > position ? last : position;
          await doorbell.wait(NET_MS, signal);
        }
      }
    } finally {
      leave();
    }
  }
}
