import { SingleStatements } from '@floe/outbox';
import type { DataSource } from 'typeorm';

import { Statements } from '../application/statements.ts';

/** A pull is one statement at a time, and wakes no relay. */
export function postgresStatements(dataSource: DataSource): Statements {
  return new SingleStatements(dataSource);
}
