import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtempDisposable, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Upload } from '@floe/contracts';
import { createHttpApp, ReadinessChecks } from '@floe/http';
import { PostgresBus } from '@floe/messaging-postgres';
import { type BlobStore, FileBlobStore } from '@floe/storage';
import { DataSource } from 'typeorm';

import { type ArchiveSettings, defaultArchiveSettings } from './archive-settings.ts';
import { UploadModule } from './upload.module.ts';

const run = promisify(execFile);
const publicUrl = 'http://localhost:8080';

export const BUILDS = '/api/v1/models/demo/iris/builds';
export const MIB = 1024 ** 2;
export const TAR = { 'content-type': 'application/x-tar' };

type Body = AsyncIterable<Uint8Array> | Buffer<ArrayBuffer> | FormData;

interface Answer {
  readonly status: number;
  readonly json: { readonly id?: string; readonly detail?: string };
}

interface TestOptions {
  readonly archives?: Partial<ArchiveSettings>;
  /** Another store than the folder. */
  readonly store?: (inFolder: FileBlobStore) => BlobStore;
  /** Of the store and the spool; else one of its own. */
  readonly folder?: string;
}

/** For tests: the service as it runs, for models that come as one body, seen from its address and its folder. */
export class TestUploads implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly dataSource: DataSource,
    private readonly stack: AsyncDisposableStack,
  ) {}

  /** Takes the database over. */
  static async start(
    postgres: AsyncDisposable & { readonly url: string },
    { archives, store: wrapped = (inFolder) => inFolder, folder: given }: TestOptions = {},
  ): Promise<TestUploads> {
    await using opened = new AsyncDisposableStack();
    const own = opened.use(await mkdtempDisposable(join(tmpdir(), 'floe-uploads-')));
    opened.use(postgres);
    const folder = given ?? own.path;
    const bus = opened.use(await PostgresBus.open(postgres.url, () => {}));
    const checks = new ReadinessChecks();
    const store = wrapped(await FileBlobStore.open(join(folder, 'store')));
    const spoolDir = join(folder, 'spool');
    const settings = { ...defaultArchiveSettings, spoolDir, ...archives };
    const parts = { databaseUrl: postgres.url, bus, checks, store };
    const modules = [UploadModule.with({ publicUrl, archives: settings }, parts)];
    const app = await createHttpApp(modules, checks, { publicUrl, anyHost: false }, false);
    await app.listen(0, '127.0.0.1');
    opened.defer(() => app.close());
    const dataSource = app.get(DataSource, { strict: false });
    return new TestUploads(await app.getUrl(), folder, dataSource, opened.move());
  }

  async send(path: string, body: Body, headers: Record<string, string> = {}): Promise<Answer> {
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const response = await fetch(`${this.url}${path}`, init);
    return { status: response.status, json: (await response.json()) as Answer['json'] };
  }

  async sendFile(file: string, type: string): Promise<Answer> {
    return this.send(BUILDS, createReadStream(file), {
      'content-type': type,
      'content-length': String((await stat(file)).size),
    });
  }

  /** As the README says it: what curl printed. */
  async curl(...flags: readonly string[]): Promise<unknown> {
    return JSON.parse((await run('curl', ['-sS', ...flags, `${this.url}${BUILDS}`])).stdout);
  }

  /** Of all builds, the first one first. */
  async layers(): Promise<readonly string[]> {
    const builds = await this.dataSource.query('SELECT upload FROM build ORDER BY build_id');
    return builds.flatMap(({ upload }: { upload: Upload }) =>
      upload.layers.map(({ digest }) => digest),
    );
  }

  async count(table: string): Promise<number> {
    return Number((await this.dataSource.query(`SELECT count(*) FROM ${table}`))[0].count);
  }

  /** Names in the folder of the spool. */
  spooled(): Promise<readonly string[]> {
    return readdir(join(this.folder, 'spool')).catch(() => []);
  }

  /** Names of whatever lies in the store, visible or not. */
  async stored(): Promise<readonly string[]> {
    const store = join(this.folder, 'store');
    const entries = await readdir(store, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.disposeAsync();
  }
}
