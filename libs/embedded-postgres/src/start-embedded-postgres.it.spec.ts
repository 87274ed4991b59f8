import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { Client } from 'pg';
import { describe, expect, it } from 'vitest';

import { freePort } from './free-port.ts';
import { startEmbeddedPostgres } from './start-embedded-postgres.ts';

/** On an idle machine it takes 0.1 s to adopt and 0.4 s to recover; other tests run beside this one. */
const QUICK_MS = 8_000;

describe('startEmbeddedPostgres', () => {
  it('keeps data, port and password from one start to the next', async () => {
    await using folder = await aFolder();
    const first = await startEmbeddedPostgres(folder);
    await query(first.url, `CREATE TABLE note AS SELECT 'kept' AS line`);
    await first[Symbol.asyncDispose]();

    await using second = await startEmbeddedPostgres(folder);

    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT line FROM note')).toEqual([{ line: 'kept' }]);
  });

  it('waits for the disk, checks its pages, and listens to this machine alone', async () => {
    await using folder = await aFolder();
    await using server = await startEmbeddedPostgres(folder);

    const settings = await query(
      server.url,
      `SELECT name, setting FROM pg_settings WHERE name IN
        ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses')`,
    );

    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
    });
  });

  it('is reached by a socket of its folder, with the password', async () => {
    await using folder = await aFolder();
    await using server = await startEmbeddedPostgres(folder);
    const url = new URL(server.localUrl);

    expect(await query(url.href, 'SELECT inet_client_addr() AS address')).toEqual([
      { address: null },
    ]);
    url.password = 'guess';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('is reached by TCP where the path of its folder is too long for a socket', async () => {
    await using parent = await aFolder();
    const directory = join(parent.directory, 'deep'.repeat(30));
    await using server = await startEmbeddedPostgres({ directory });

    expect(server.localUrl).toBe(server.url);
    expect(await query(server.localUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('lets nobody in without the password, which its owner alone can read', async () => {
    await using folder = await aFolder();
    await using server = await startEmbeddedPostgres(folder);
    const url = new URL(server.url);
    url.password = 'guess';

    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    const { mode } = await stat(join(folder.directory, 'password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('takes over the server of a killed process, and ends the sessions that it left', async () => {
    await using folder = await aFolder();
    const left = await startAndDie(folder.directory);

    const began = performance.now();
    await using server = await startEmbeddedPostgres(folder);

    expect(server.pid).toBe(left.pid);
    expect(performance.now() - began).toBeLessThan(QUICK_MS);
    expect(await query(server.url, LOCK)).toEqual([{ locked: true }]);
    expect(await query(server.url, 'SELECT line FROM note')).toEqual([{ line: 'kept' }]);
  });

  it('recovers what was committed when process and server were killed together', async () => {
    await using folder = await aFolder();
    const left = await startAndDie(folder.directory);
    process.kill(left.pid, 'SIGKILL');

    const began = performance.now();
    await using server = await startEmbeddedPostgres(folder);

    expect(server.pid).not.toBe(left.pid);
    expect(performance.now() - began).toBeLessThan(QUICK_MS);
    expect(await query(server.url, 'SELECT line FROM note')).toEqual([{ line: 'kept' }]);
  });

  it('does not adopt a server that runs with other settings', async () => {
    await using folder = await aFolder();
    const left = await startAndDie(folder.directory);

    await using server = await startEmbeddedPostgres({ ...folder, settings: { work_mem: '8MB' } });

    expect(server.pid).not.toBe(left.pid);
    expect(await query(server.url, 'SHOW work_mem')).toEqual([{ work_mem: '8MB' }]);
  });

  it('is not shut out by a lock file whose process number now belongs to somebody else', async () => {
    await using folder = await aFolder();
    await (await startEmbeddedPostgres(folder))[Symbol.asyncDispose]();
    const data = join(folder.directory, 'data');
    const { uid, gid } = await stat(data);
    await using stranger = aStranger(uid, gid);
    const lock = [`${stranger.pid}`, data, '0', '1', '', '127.0.0.1', '', 'ready   ', ''];
    await writeFile(join(data, 'postmaster.pid'), lock.join('\n'));

    await using server = await startEmbeddedPostgres(folder);

    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('moves to another port when somebody took its own', async () => {
    await using folder = await aFolder();
    const first = await startEmbeddedPostgres(folder);
    await first[Symbol.asyncDispose]();
    await using opened = new AsyncDisposableStack();
    opened.use(await listenOn(first.port));

    await using second = await startEmbeddedPostgres(folder);

    expect(second.port).not.toBe(first.port);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says why when the port that was asked for is taken', async () => {
    await using folder = await aFolder();
    const port = await freePort();
    await using opened = new AsyncDisposableStack();
    opened.use(await listenOn(port));

    const starting = startEmbeddedPostgres({ ...folder, port });

    await expect(starting).rejects.toThrow(/could not bind IPv4 address/);
  });

  it('begins anew where a process was killed while it made the data folder', async () => {
    await using folder = await aFolder();
    await mkdir(join(folder.directory, 'unfinished-1'));
    await writeFile(join(folder.directory, 'unfinished-1', 'PG_VERSION'), '18\n');

    await using server = await startEmbeddedPostgres(folder);

    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await readdir(folder.directory)).not.toContain('unfinished-1');
  });

  it('works in a folder whose parent only its owner may enter, such as /root', async () => {
    await using parent = await aFolder();
    await chmod(parent.directory, 0o700);
    const folder = { directory: join(parent.directory, 'platform', 'postgres') };
    const first = await startEmbeddedPostgres(folder);
    await query(first.url, `CREATE TABLE note AS SELECT 'kept' AS line`);
    await first[Symbol.asyncDispose]();

    await using second = await startEmbeddedPostgres(folder);

    expect(await query(second.url, 'SELECT line FROM note')).toEqual([{ line: 'kept' }]);
  });

  it('writes what the server says into its folder', async () => {
    await using folder = await aFolder();
    await using server = await startEmbeddedPostgres(folder);

    await expect(query(server.url, 'SELECT nonsense')).rejects.toThrow('nonsense');

    const log = await readFile(join(folder.directory, 'server.log'), 'utf8');
    expect(log).toContain('column "nonsense" does not exist');
  });
});

const LOCK = 'SELECT pg_try_advisory_lock(1) AS locked';

async function aFolder() {
  const parent = await mkdtemp(join(tmpdir(), 'floe-embedded-'));
  return {
    directory: parent,
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true }),
  };
}

/** A process that starts the server, commits a row, holds a lock in a statement that goes on, and dies by SIGKILL. */
async function startAndDie(directory: string): Promise<{ readonly pid: number }> {
  const program = `
    import { Client } from 'pg';
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('index.ts', import.meta.url))};
    const server = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} });
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query("CREATE TABLE note AS SELECT 'kept' AS line");
    await client.query('${LOCK}');
    client.query('SELECT pg_sleep(600)');
    console.log(server.pid);
    setImmediate(() => process.kill(process.pid, 'SIGKILL'));`;
  const flags = ['--no-warnings', '--experimental-transform-types', '--conditions=@floe/source'];
  const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(signal).toBe('SIGKILL');
  return { pid: Number(said) };
}

function aStranger(uid: number, gid: number) {
  const child = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' });
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function listenOn(port: number): Promise<AsyncDisposable> {
  const server = createServer();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
