import type { Identity } from '@floe/contracts';
import type { FactType, Transaction } from '@floe/messaging';
import { afterwards, gather, type Gathering, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { PublicLog } from '../application/public-log.ts';
import { Appender } from './appender.ts';
import { jsonOf } from './json-of.ts';

interface Entry extends Identity {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly data: string;
}

const ENTRIES: Gathering<Entry> = {
  last: true,
  async write(entries, tx) {
    await managerOf(tx).query(
      `INSERT INTO public_fact (fact_id, type, team, model, build_id, at, data)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::jsonb[])
       ON CONFLICT (fact_id) DO NOTHING`,
      [
        entries.map(({ id }) => id),
        entries.map(({ type }) => type),
        entries.map(({ team }) => team),
        entries.map(({ model }) => model),
        entries.map(({ buildId }) => buildId),
        entries.map(({ at }) => at),
        entries.map(({ data }) => data),
      ],
    );
  },
};

@Injectable()
export class PostgresPublicLog extends PublicLog {
  constructor(private readonly appender: Appender) {
    super();
  }

  override add<Fact>(type: FactType<Fact>, fact: Fact, tx: Transaction): void {
    const told = fact as Identity & { readonly at: string };
    const { team, model, buildId, at } = told;
    const id = type.idOf(fact);
    gather(tx, ENTRIES, {
      id,
      type: type.name,
      team,
      model,
      buildId,
      at,
      data: jsonOf(told),
    });
    afterwards(tx, this.appender.wake);
  }
}
