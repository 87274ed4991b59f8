export { FolderNotEnterable, PostgresDidNotStart, PostgresDidNotStop } from './errors.ts';
export { freePort } from './free-port.ts';
export type { ServerSettings } from './server-settings.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts';
