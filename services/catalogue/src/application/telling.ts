import type { FactType, Transaction } from '@floe/messaging';
import { Outbox } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { PublicLog } from './public-log.ts';

/** Tells the catalogue's own facts: on their topic and in the public log, in one transaction. */
@Injectable()
export class Telling {
  constructor(
    private readonly outbox: Outbox,
    private readonly publicLog: PublicLog,
  ) {}

  async tell<Fact>(type: FactType<Fact>, fact: Fact, at: Date, tx: Transaction): Promise<void> {
    await this.outbox.add(type, fact, at, tx);
    this.publicLog.add(type, fact, tx);
  }
}
