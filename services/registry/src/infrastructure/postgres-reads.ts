import { SingleStatements } from '@floe/outbox';
import type { DataSource } from 'typeorm';

import { Reads } from '../application/reads.ts';

/** A pull is one statement at a time, and wakes no relay. */
export function postgresReads(dataSource: DataSource): Reads {
  return new SingleStatements(dataSource);
}
