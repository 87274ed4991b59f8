export type ServerSettings = Readonly<Record<string, string>>;

/** A small server that never forgets what it confirmed; each name is a parameter of postgresql.conf. */
export const EMBEDDED_SETTINGS: ServerSettings = {
  listen_addresses: '127.0.0.1',
  // The data folder, in which the server works.
  unix_socket_directories: '.',
  max_connections: '200',
  // The promise of the outbox stands on these two.
  fsync: 'on',
  synchronous_commit: 'on',
  // Nothing replicates from it: less is written per commit.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  // Bounds what is to be replayed after a crash, hence the time until the next start is ready.
  max_wal_size: '192MB',
  checkpoint_timeout: '5min',
  shared_buffers: '64MB',
  huge_pages: 'off',
  // Fewer processes beside the platform's own; its queries are short.
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
};

export function commandLine(
  postgres: string,
  data: string,
  port: number,
  settings: ServerSettings,
): readonly [string, ...string[]] {
  const flags = Object.entries({ ...EMBEDDED_SETTINGS, ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  return [postgres, '-D', data, '-p', `${port}`, ...flags];
}
