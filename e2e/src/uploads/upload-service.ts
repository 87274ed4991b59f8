import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually, freePort, startPostgres } from '@floe/testing';

import { cleanEnv, root } from '../workspace.ts';
import type { Taken } from './taken.ts';

export const BUILDS = '/api/v1/models/demo/iris/builds';

const READY_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly json: {
    readonly id?: string;
    readonly state?: string;
    readonly code?: string;
    readonly detail?: string;
  };
}

type Body = Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array> | FormData;

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  /** Of store and spool; else one of its own. */
  readonly folder?: string;
}

/** The upload service as a process of its own, as a cluster runs it, watched from inside. */
export class UploadService implements AsyncDisposable {
  readonly url: string;
  #log = '';

  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    port: number,
    private readonly stack: AsyncDisposableStack,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
  }

  static async start({ env, folder: given }: Options = {}): Promise<UploadService> {
    await using opened = new AsyncDisposableStack();
    const own = opened.use(await mkdtempDisposable(join(tmpdir(), 'floe-e2e-upload-')));
    const postgres = opened.use(await startPostgres());
    const folder = given ?? own.path;
    const port = await freePort();
    const main = join(root, 'services/upload/dist/main.js');
    const watch = join(import.meta.dirname, 'watch-process.ts');
    const child = spawn(process.execPath, ['--import', watch, main], {
      env: {
        ...cleanEnv(),
        FLOE_PORT: String(port),
        FLOE_DATABASE_URL: postgres.url,
        FLOE_STORE_URL: `file:${join(folder, 'store')}`,
        FLOE_SPOOL_DIR: join(folder, 'spool'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    opened.defer(() => stopped(child));
    const service = new UploadService(folder, child, port, opened.move());
    await eventually(async () => (await fetch(`${service.url}/readyz`)).ok, {
      deadlineMs: READY_MS,
    });
    return service;
  }

  /** Lines of the log at level `error` and above. */
  get errors(): readonly string[] {
    return this.#log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it took since this was asked last. */
  async taken(): Promise<Taken> {
    const told = once(this.child, 'message');
    this.child.send('?');
    const [taken] = (await told) as [Taken];
    return taken;
  }

  /** By the process since its start, to files and connections. */
  async writtenBytes(): Promise<number> {
    const io = await readFile(`/proc/${this.child.pid}/io`, 'utf8');
    return Number(/^wchar: (\d+)$/m.exec(io)?.[1]);
  }

  async send(path: string, body: Body, headers: Record<string, string> = {}): Promise<Answer> {
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const response = await fetch(`${this.url}${path}`, init);
    return { status: response.status, json: (await response.json()) as Answer['json'] };
  }

  /** As a client sends a small layer. */
  async putBlob(
    team: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<{ readonly status: number }> {
    const digest = createHash('sha256').update(bytes).digest('hex');
    const path = `/api/v1/teams/${team}/blobs/sha256:${digest}`;
    return fetch(this.url + path, { method: 'PUT', body: bytes });
  }

  async largestBlob(): Promise<Uint8Array<ArrayBuffer>> {
    const blobs = join(this.folder, 'store/blobs');
    const entries = await readdir(blobs, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const contents = await Promise.all(
      files.map(({ parentPath, name }) => readFile(join(parentPath, name))),
    );
    const [largest = Buffer.of()] = contents.toSorted((one, other) => other.length - one.length);
    return new Uint8Array(largest);
  }

  /** Names of whatever lies in the store, visible or not, and in the spool. */
  async kept(): Promise<readonly string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.disposeAsync();
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
