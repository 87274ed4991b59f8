import { setTimeout as sleep } from 'node:timers/promises';

import { Client, escapeIdentifier } from 'pg';
import type { DataSource } from 'typeorm';

import type { WorkNews } from './notify-others.ts';

const RECONNECT_MS = 1_000;

/** Hears what other processes of the service notify, until disposed of; a lost session is opened again. */
export function listen(dataSource: DataSource, heard: (news: WorkNews) => void): AsyncDisposable {
  const stop = new AbortController();
  const listening = listenUntil(stop.signal, dataSource, heard);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await listening;
    },
  };
}

/** Losses are not reported: the poll of each second is the net, and the polls report a server that is away. */
async function listenUntil(
  signal: AbortSignal,
  dataSource: DataSource,
  heard: (news: WorkNews) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await listenInOneSession(signal, dataSource, heard);
    } catch {
      await sleep(RECONNECT_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** Rejects when the session is lost. */
async function listenInOneSession(
  signal: AbortSignal,
  dataSource: DataSource,
  heard: (news: WorkNews) => void,
): Promise<void> {
  const [{ schema }]: [{ schema: string }] = await dataSource.query(
    `SELECT current_schema() AS schema`,
  );
  const client = new Client({
    connectionString: urlOf(dataSource),
    connectionTimeoutMillis: 5_000,
  });
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  client.on('error', reject);
  client.on('notification', ({ payload }) => {
    if (payload === 'claimable' || payload === 'upkeep') heard(payload);
  });
  signal.addEventListener('abort', () => resolve(), { once: true });
  try {
    await client.connect();
    await client.query(`LISTEN ${escapeIdentifier(`${schema}.job`)}`);
    if (!signal.aborted) await over;
  } finally {
    await client.end();
  }
}

function urlOf({ options }: DataSource): string {
  if (options.type !== 'postgres' || options.url === undefined) {
    throw new TypeError('the data source was not opened by a PostgreSQL address');
  }
  return options.url;
}
