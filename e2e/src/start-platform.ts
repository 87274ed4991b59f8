import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FloeClient } from '@floe/client';
import { startEmbeddedPostgres } from '@floe/embedded-postgres';
import { eventually, freePort } from '@floe/testing';

import { openSession, rowsOf } from './open-session.ts';
import { cleanEnv, root } from './workspace.ts';

type Env = Readonly<Record<string, string>>;

/** How a process of the platform ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface StartOptions {
  /** Settings over the usual ones. */
  readonly env?: Env;
  /** Another path than `/readyz` shows when it is up; a platform that is to die may never be ready. */
  readonly readyPath?: string;
}

const READY_MS = 60_000;
const STOP_MS = 20_000;

/** The real platform as a process of its own, everything embedded, in a folder that goes with `await using`. */
export class PlatformProcess implements AsyncDisposable {
  readonly client: FloeClient;
  #process: ChildProcess | undefined;
  #ended: Promise<Ended> | undefined;
  #said = '';

  private constructor(
    readonly url: string,
    readonly directory: string,
    private readonly env: Env,
  ) {
    this.client = new FloeClient({ url });
  }

  /** Makes its folder and starts nothing. */
  static async create(env: Env = {}): Promise<PlatformProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'floe-e2e-'));
    // PostgreSQL runs as a user of its own when this runs as root: it must pass this folder.
    await chmod(directory, 0o755);
    return new PlatformProcess(`http://localhost:${await freePort()}`, directory, env);
  }

  static async start({ env, readyPath }: StartOptions = {}): Promise<PlatformProcess> {
    const platform = await PlatformProcess.create(env);
    await using undone = new AsyncDisposableStack();
    undone.use(platform);
    await platform.restart({ ...(readyPath !== undefined && { readyPath }) });
    undone.move();
    return platform;
  }

  /** Host and port, as they stand before a repository. */
  get host(): string {
    return new URL(this.url).host;
  }

  get processes(): readonly string[] {
    return [this.url];
  }

  /** Its broker, when it was made for one. */
  get kafka(): { readonly address: string } | undefined {
    const { FLOE_BUS_URL: bus } = this.env;
    return bus === undefined ? undefined : { address: new URL(bus).host };
  }

  /** The lines of its log until now, over all its runs. */
  get log(): readonly string[] {
    return this.#said.split('\n');
  }

  /** Starts it on its folder and port, again if it has ended; resolves when it is ready. */
  async restart({ env, readyPath = '/readyz' }: StartOptions = {}): Promise<void> {
    const ended = this.launch(env);
    const death: { told?: Ended } = {};
    void ended.then((told) => (death.told = told));
    const isReady = async (): Promise<boolean> =>
      death.told !== undefined || (await fetch(this.url + readyPath)).ok;
    await eventually(isReady, { deadlineMs: READY_MS });
    if (death.told === undefined) return;
    const { code, signal, stderr } = death.told;
    throw new Error(`the platform ended with ${signal ?? code} before it was ready: ${stderr}`);
  }

  /** Starts it and does not wait; gives how it will end. */
  launch(env: Env = {}): Promise<Ended> {
    if (this.#process !== undefined) throw new Error('the platform runs already');
    this.#process = spawn(process.execPath, [join(root, 'services/platform/dist/main.js')], {
      cwd: this.directory,
      env: {
        ...cleanEnv(),
        FLOE_PORT: new URL(this.url).port,
        FLOE_DATA_DIR: join(this.directory, 'data'),
        ...this.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#ended = endOf(this.#process);
    return this.#ended;
  }

  /** Resolves when the process has ended by itself, such as at an armed fail point. */
  async ended(): Promise<Ended> {
    if (this.#ended === undefined) throw new Error('the platform was not started');
    const ended = await this.#ended;
    this.#process = undefined;
    return ended;
  }

  /** Ends it by SIGKILL; its PostgreSQL stays, as after a crash. */
  async kill(): Promise<Ended> {
    this.#process?.kill('SIGKILL');
    return this.ended();
  }

  /** Ends it in order. */
  async stop(): Promise<Ended> {
    const child = this.#process;
    child?.kill('SIGTERM');
    const patience = setTimeout(() => child?.kill('SIGKILL'), STOP_MS);
    const ended = await this.ended();
    clearTimeout(patience);
    return ended;
  }

  /** Rows of the embedded PostgreSQL; every service has a schema of its name. */
  sql<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return rowsOf<Row>(this.#postgres, text, values);
  }

  /** A session of several statements, such as a transaction. */
  session(): ReturnType<typeof openSession> {
    return openSession(this.#postgres);
  }

  get #postgres(): string {
    return join(this.directory, 'data/postgres');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended !== undefined) {
      const { signal } = this.#process === undefined ? await this.ended() : await this.stop();
      if (signal !== null) await stopPostgres(this.#postgres);
    }
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stderr };
}

/** A killed platform leaves its server running. */
async function stopPostgres(directory: string): Promise<void> {
  const server = await startEmbeddedPostgres({ directory });
  await server[Symbol.asyncDispose]();
}
