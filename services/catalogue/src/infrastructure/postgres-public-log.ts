import type { Identity } from '@floe/contracts';
import type { FactType, Transaction } from '@floe/messaging';
import { afterwards, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { PublicLog } from '../application/public-log.ts';
import { Appender } from './appender.ts';

@Injectable()
export class PostgresPublicLog extends PublicLog {
  constructor(private readonly appender: Appender) {
    super();
  }

  override async add<Fact>(type: FactType<Fact>, fact: Fact, tx: Transaction): Promise<void> {
    const { team, model, buildId, at } = fact as Identity & { readonly at: string };
    await managerOf(tx).query(
      `INSERT INTO public_fact (fact_id, type, team, model, build_id, at, data) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (fact_id) DO NOTHING`,
      [type.idOf(fact), type.name, team, model, buildId, at, JSON.stringify(fact)],
    );
    afterwards(tx, this.appender.wake);
  }
}
