import { Doorbell } from '@floe/messaging';
import { TypeOrmTransactions } from '@floe/outbox';
import type { DataSource } from 'typeorm';

import { Reads } from '../application/reads.ts';

/** Transactions whose doorbell nobody hears: a pull must not wake the relay. */
export function postgresReads(dataSource: DataSource): Reads {
  return new TypeOrmTransactions(dataSource, new Doorbell());
}
