import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { createHttpApp, ReadinessChecks } from '@floe/http';
import { layOut, writeLayer } from '@floe/layers';
import { PostgresBus } from '@floe/messaging-postgres';
import { type BlobStore, FileBlobStore } from '@floe/storage';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { CompleteUpload } from './application/complete-upload.ts';
import { DropUploads } from './application/drop-uploads.ts';
import type { UploadView } from './http/upload-view.ts';
import { defaultPartSettings, type PartSettings } from './part-settings.ts';
import { UploadModule } from './upload.module.ts';

const publicUrl = 'http://localhost:8080';

export interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
}

export interface Answer<Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Json;
}

interface Asked {
  readonly state: string;
  readonly digest?: string;
  readonly upload?: UploadView;
}

/** A layer of one file; another seed gives other bytes of the same length. */
export async function layerOf(sizeBytes: number, seed = 'floe'): Promise<Blob> {
  const [plan] = layOut([{ path: 'model.bin', sizeBytes }]);
  if (plan === undefined) throw new Error('no layer');
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeLayer(plan, async function* content() {
    yield Buffer.alloc(sizeBytes, seed);
  }))
    chunks.push(chunk);
  return blobOf(Buffer.concat(chunks));
}

export function blobOf(bytes: Buffer): Blob {
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

export function sumOf(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

interface TestOptions {
  readonly partBytes?: number;
  readonly settings?: Partial<PartSettings>;
  /** Without it files in a folder. */
  readonly store?: BlobStore;
}

/** For tests: the service as it runs, with small parts, seen from its faces and its folder. */
export class TestParts implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly app: Pick<INestApplicationContext, 'get'>,
    private readonly stack: AsyncDisposableStack,
    private readonly place: Place,
  ) {}

  get dataSource(): DataSource {
    return this.app.get(DataSource, { strict: false });
  }

  get dropUploads(): DropUploads {
    return this.app.get(DropUploads, { strict: false });
  }

  get completeUpload(): CompleteUpload {
    return this.app.get(CompleteUpload, { strict: false });
  }

  /** Takes the database over. */
  static async start(
    postgres: AsyncDisposable & { readonly url: string },
    options: TestOptions = {},
  ): Promise<TestParts> {
    await using place = new AsyncDisposableStack();
    place.use(postgres);
    const folder = await mkdtemp(join(tmpdir(), 'floe-parts-'));
    place.defer(() => rm(folder, { recursive: true }));
    return TestParts.on({ folder, databaseUrl: postgres.url }, options, place.move());
  }

  private static async on(
    { folder, databaseUrl }: Place,
    options: TestOptions,
    owned: AsyncDisposable,
  ): Promise<TestParts> {
    await using opened = new AsyncDisposableStack();
    opened.use(owned);
    const bus = opened.use(await PostgresBus.open(databaseUrl, () => {}));
    const checks = new ReadinessChecks();
    const { partBytes = 10_000, settings, store = await FileBlobStore.open(folder) } = options;
    const upload = { publicUrl, partBytes, parts: { ...defaultPartSettings, ...settings } };
    const modules = [UploadModule.with(upload, { databaseUrl, bus, checks, store })];
    const app = await createHttpApp(modules, checks, { publicUrl, anyHost: false }, false);
    await app.listen(0, '127.0.0.1');
    opened.defer(() => app.close());
    const url = await app.getUrl();
    return new TestParts(url, app, opened.move(), { folder, databaseUrl });
  }

  /** Another process on the same folder and database. */
  another(options: TestOptions = {}): Promise<TestParts> {
    return TestParts.on(this.place, options, new AsyncDisposableStack());
  }

  async call<Json = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Json>> {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(body && !isBytes ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const json = (text === '' ? undefined : JSON.parse(text)) as Json;
    return { status: response.status, headers: response.headers, json };
  }

  async ask(
    questions: readonly { sizeBytes: number; digest?: string }[],
    { team = 'demo', except }: { team?: string; except?: readonly string[] } = {},
  ): Promise<readonly Asked[]> {
    const body = { blobs: questions, ...(except && { except }) };
    const { json } = await this.call<{ blobs: Asked[] }>(
      'POST',
      `/api/v1/teams/${team}/blobs`,
      body,
    );
    return json.blobs;
  }

  /** Asks for one blob by its size, and gives the upload that the answer names. */
  async begin({ bytes }: Blob): Promise<UploadView> {
    const [answer] = await this.ask([{ sizeBytes: bytes.length }]);
    if (answer?.upload === undefined) throw new Error(`no upload: ${JSON.stringify(answer)}`);
    return answer.upload;
  }

  /** Sends a part of the blob, or other bytes in its place. */
  put(
    upload: UploadView,
    number: number,
    { bytes }: Blob,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Record<string, unknown>>> {
    const from = (number - 1) * upload.partSizeBytes;
    const part = bytes.subarray(from, from + upload.partSizeBytes);
    const { url = '' } = upload.parts[number - 1] ?? {};
    return this.call('PUT', url, part, { 'x-floe-crc32': sumOf(part), ...headers });
  }

  async putAll(upload: UploadView, blob: Blob): Promise<void> {
    for (const { number } of upload.parts) await this.put(upload, number, blob);
  }

  complete({ id }: UploadView, digest: string): Promise<Answer<Record<string, unknown>>> {
    return this.call('POST', `/api/v1/uploads/${id}/complete`, { digest });
  }

  get(id: string): Promise<Answer<UploadView & { code?: string }>> {
    return this.call('GET', `/api/v1/uploads/${id}`);
  }

  /** Files of uploads that are not published. */
  unpublished(): Promise<string[]> {
    return readdir(join(this.place.folder, 'objects'));
  }

  async removeUnpublished(): Promise<void> {
    for (const name of await this.unpublished()) await rm(join(this.place.folder, 'objects', name));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack.disposeAsync();
  }
}

interface Place {
  readonly folder: string;
  readonly databaseUrl: string;
}
