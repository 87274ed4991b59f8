import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { locateBinaries } from './binaries.ts';
import { createCluster, giveTo } from './create-cluster.ts';
import { PostgresDidNotStart } from './errors.ts';
import { freeLock } from './free-lock.ts';
import { freePort } from './free-port.ts';
import { readValue, writeValue } from './kept-value.ts';
import { launch } from './launch.ts';
import { findPostmaster, type Postmaster, stopPostmaster } from './postmaster.ts';
import { commandLine, type ServerSettings } from './server-settings.ts';
import { reaching, serverUser, type ServerUser } from './server-user.ts';
import { endOtherSessions } from './sessions.ts';

const ATTEMPTS = 100;
const ATTEMPT_MS = 100;
/** The shortest limit of the systems that the binaries are made for (sun_path of macOS). */
const LONGEST_SOCKET_BYTES = 103;

export interface EmbeddedPostgresOptions {
  /** A folder for this server alone: its data, password, port and log. Made if missing. */
  readonly directory: string;
  /** Fails when it is taken. Without it the server keeps a free port of its own, another one if that was taken since. */
  readonly port?: number;
  /** Parameters of postgresql.conf, over the embedded ones. */
  readonly settings?: ServerSettings;
}

/** A running server, told to stop by `await using`. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Of the superuser, with the password. */
  readonly url: string;
  /** The same by the server's Unix socket, which costs less than TCP; by TCP where the folder's path is too long for one. */
  readonly localUrl: string;
  readonly port: number;
  /** Process number of the server. */
  readonly pid: number;
}

interface Place {
  readonly directory: string;
  readonly data: string;
  readonly postgres: string;
  readonly user: ServerUser | undefined;
  readonly password: string;
  readonly settings: ServerSettings;
}

/**
 * Starts the server of a folder, or takes over the one that a killed process left running there; its other sessions
 * are ended. The caller sees to it that one process at a time uses the folder.
 * Throws PostgresDidNotStart, PostgresDidNotStop, FolderNotEnterable.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const place = await prepare(options);
  const left = await findPostmaster(place.data);
  if (left !== undefined && (await canAdopt(place, left, options.port)))
    return running(place, left);
  if (left !== undefined) await stopPostmaster(left.pid, place.data);
  return running(place, await start(place, options.port));
}

async function prepare({ directory, settings = {} }: EmbeddedPostgresOptions): Promise<Place> {
  const { postgres, initdb } = await locateBinaries();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const real = await realpath(directory);
  const other = await serverUser(join(real, 'data'));
  if (other !== undefined) await giveTo(real, other);
  const user = other && (await reaching([real, postgres], other));
  const passwordFile = join(real, 'password');
  const kept = await readValue(passwordFile);
  const password = kept ?? randomBytes(24).toString('hex');
  if (kept === undefined) await writeValue(passwordFile, password, user);
  const data = await createCluster({ directory: real, initdb, passwordFile, user });
  return { directory: real, data, postgres, user, password, settings };
}

/** Adopts what would be started anyway: the same program with the same settings, ready, knowing the password. */
async function canAdopt(
  place: Place,
  { port, ready }: Postmaster,
  wantedPort = port,
): Promise<boolean> {
  const { postgres, data, settings } = place;
  const [program, ...flags] = commandLine(postgres, data, wantedPort, settings);
  const wanted = [program, ...flags.map((flag) => `"${flag}"`)].join(' ');
  const options = await readFile(join(data, 'postmaster.opts'), 'utf8');
  if (!ready || options.trim() !== wanted) return false;
  return endOtherSessions(urlOf(place, port)).then(
    () => true,
    () => false,
  );
}

async function start(place: Place, wantedPort?: number): Promise<Postmaster> {
  const { directory, data, postgres, user, settings } = place;
  const portFile = join(directory, 'port');
  const remembered = Number((await readValue(portFile)) ?? 0);
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort ?? (await freePort(remembered));
    const command = commandLine(postgres, data, port, settings);
    try {
      await freeLock(data);
      const pid = await launch({ command, data, logFile: join(directory, 'server.log'), user });
      if (port !== remembered) await writeValue(portFile, `${port}`, user);
      return { pid, port, ready: true };
    } catch (error) {
      if (attempt === ATTEMPTS || !passes(error, wantedPort)) throw error;
      await sleep(ATTEMPT_MS);
    }
  }
}

/** The processes of a killed server are still ending, or another took the free port first. */
function passes(error: unknown, wantedPort?: number): boolean {
  if (!(error instanceof PostgresDidNotStart)) return false;
  if (/pre-existing shared memory block|lock file .* already exists/.test(error.message))
    return true;
  return wantedPort === undefined && error.message.includes('could not bind');
}

function running(place: Place, { pid, port }: Postmaster): EmbeddedPostgres {
  return {
    url: urlOf(place, port),
    localUrl: localUrlOf(place, port),
    port,
    pid,
    [Symbol.asyncDispose]: () => stopPostmaster(pid, place.data),
  };
}

function urlOf({ password }: Place, port: number): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

function localUrlOf(place: Place, port: number): string {
  const socket = join(place.data, `.s.PGSQL.${port}`);
  const url = new URL(urlOf(place, port));
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET_BYTES) url.searchParams.set('host', place.data);
  return url.href;
}
