import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { contentOf, type Descriptor, jsonContent, OCI_INDEX, randomImage } from '@floe/oci';
import { startPostgres } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SweepUploads } from './application/sweep-uploads.ts';
import { never, push, startRegistry, TOKEN } from './test-registry.ts';

const TYPE = 'application/octet-stream';

describe('pushing', () => {
  let registry: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => void (registry = await start()));
  afterAll(() => registry[Symbol.asyncDispose]());

  it('takes a blob in one POST, in POST and PUT, and as a stream of unknown length', async () => {
    const client = registry.client('push/ways');
    const [one, two, three] = [blob('one'), blob('two'), blob('three')];

    const posted = await registry.ask(`/v2/push/ways/blobs/uploads/?digest=${one.digest}`, {
      method: 'POST',
      body: one.bytes,
    });
    await client.pushBlob(two, never);
    const upload = await registry.open('push/ways');
    await registry.ask(upload, { method: 'PATCH', body: streamOf('th', 'ree'), duplex: 'half' });
    const closed = await registry.ask(`${upload}?digest=${encodeURIComponent(three.digest)}`, {
      method: 'PUT',
    });

    expect([posted.status, closed.status]).toEqual([201, 201]);
    expect(closed.headers.get('location')).toBe(`/v2/push/ways/blobs/${three.digest}`);
    for (const { digest, sizeBytes } of [one, two, three]) {
      expect(await client.headBlob(digest, never)).toEqual({ digest, sizeBytes });
    }
  });

  it('does not write again what it has, but asks for all its bytes', async () => {
    const there = blob('the same configuration');
    await registry.client('push/first').pushBlob(there, never);
    const files = await registry.files();
    const send = (body: string) =>
      registry.ask(`/v2/push/second/blobs/uploads/?digest=${there.digest}`, {
        method: 'POST',
        body,
      });

    const guessed = await send('');
    const wrong = await send('another configuration!');
    expect([guessed.status, wrong.status]).toEqual([400, 400]);
    const client = registry.client('push/second');
    expect(await client.headBlob(there.digest, never)).toBeUndefined();

    await client.pushBlob(there, never);
    expect(await client.headBlob(there.digest, never)).toMatchObject({ digest: there.digest });
    expect(await registry.files()).toEqual(files);
  });

  it('gives each of many pushes at the same time its own answer', async () => {
    const images = Array.from({ length: 12 }, () => randomImage());
    const pushed = await Promise.allSettled(
      images.map(async (image, nth) => {
        const client = registry.client(`push/many-${nth % 3}`);
        for (const content of [...image.contents, image.config]) {
          if (nth !== 5) await client.pushBlob(content, never);
        }
        await client.putManifest(image.manifest, never);
        return (await client.getManifest(image.manifest.digest, never))?.bytes;
      }),
    );

    for (const [nth, image] of images.entries()) {
      expect(pushed[nth]).toMatchObject(
        nth === 5
          ? { status: 'rejected', reason: { code: 'MANIFEST_BLOB_UNKNOWN' } }
          : { status: 'fulfilled', value: Buffer.from(image.manifest.bytes) },
      );
    }
  });

  it('takes an empty blob, and chunks in their order only', async () => {
    const empty = blob('');
    const whole = blob('abcdefgh');
    const upload = await registry.open('push/chunks');
    const chunk = (range: string, body: string) =>
      registry.ask(upload, { method: 'PATCH', body, headers: { 'content-range': range } });

    const first = await chunk('0-2', 'abc');
    const early = await chunk('5-6', 'fg');
    const status = await registry.ask(upload);
    const second = await chunk('3-4', 'de');
    const short = await chunk('5-9', 'fg');
    const close = (range: string) =>
      registry.ask(`${upload}?digest=${whole.digest}`, {
        method: 'PUT',
        body: 'fgh',
        headers: { 'content-range': range },
      });
    const ahead = await close('6-8');
    const closed = await close('5-7');
    await registry.client('push/chunks').pushBlob(empty, never);

    expect([first.status, early.status, status.status]).toEqual([202, 416, 204]);
    expect([first, early, status].map(({ headers }) => headers.get('range'))).toEqual([
      '0-2',
      '0-2',
      '0-2',
    ]);
    expect([second, short, ahead, closed].map(({ status: code }) => code)).toEqual([
      202, 400, 416, 201,
    ]);
    const got = await registry.ask(`/v2/push/chunks/blobs/${whole.digest}`);
    expect(await got.text()).toBe('abcdefgh');
    expect(await registry.client('push/chunks').headBlob(empty.digest, never)).toMatchObject({
      sizeBytes: 0,
    });
  });

  it('makes nothing visible under a digest that the bytes do not have', async () => {
    const { digest } = blob('right');
    const upload = await registry.open('push/wrong');

    const refused = await registry.ask(`${upload}?digest=${digest}`, { method: 'PUT', body: 'no' });
    const bad = await registry.ask(`${upload}?digest=sha256:bad`, { method: 'PUT', body: 'right' });
    const again = await registry.ask(`${upload}?digest=${digest}`, {
      method: 'PUT',
      body: 'right',
    });

    expect([refused.status, bad.status, again.status]).toEqual([400, 400, 201]);
    expect(await refused.json()).toMatchObject({ errors: [{ code: 'DIGEST_INVALID' }] });
    expect(await registry.store.stat(blob('no').digest)).toBeUndefined();
  });

  it('forgets an upload that is cancelled', async () => {
    const upload = await registry.open('push/cancel');
    await registry.ask(upload, { method: 'PATCH', body: 'abc' });

    const cancelled = await registry.ask(upload, { method: 'DELETE' });

    expect(cancelled.status).toBe(204);
    for (const method of ['GET', 'DELETE', 'PATCH', 'PUT']) {
      const gone = await registry.ask(`${upload}?digest=${blob('abc').digest}`, { method });
      expect(gone.status).toBe(404);
      expect(await gone.json()).toMatchObject({ errors: [{ code: 'BLOB_UPLOAD_UNKNOWN' }] });
    }
  });

  it('links a blob from another repository without its bytes, from nowhere only for the platform', async () => {
    const shown = blob('shown');
    const proven = blob('proven by another service');
    await registry.client('push/source').pushBlob(shown, never);
    await registry.prove(proven);
    const client = registry.client('push/mount');
    const platform = registry.client('push/mount', 'platform');

    expect(await client.mountBlob(shown.digest, never, 'push/elsewhere')).toBe(false);
    expect(await client.mountBlob(shown.digest, never)).toBe(false);
    expect(await client.mountBlob(shown.digest, never, 'push/source')).toBe(true);
    expect(await client.mountBlob(proven.digest, never)).toBe(false);
    expect(await client.headBlob(proven.digest, never)).toBeUndefined();
    expect(await platform.mountBlob(proven.digest, never)).toBe(true);
    expect(await platform.mountBlob(blob('nowhere').digest, never)).toBe(false);
    expect(await client.headBlob(proven.digest, never)).toMatchObject({ digest: proven.digest });
  });

  it('sweeps uploads that nobody goes on with, and their bytes', async () => {
    const [left, alive] = [await registry.open('push/left'), await registry.open('push/left')];
    await registry.ask(left, { method: 'PATCH', body: 'left' });
    const day = 24 * 60 * 60 * 1_000;

    await registry.age(left, day + 1_000);
    await registry.sweep();

    expect((await registry.ask(left)).status).toBe(404);
    expect((await registry.ask(alive)).status).toBe(204);
    expect(await registry.store.sweep(new Date(Date.now() + day))).toBe(0);
  });

  it.each(['Bearer wrong', `Bearer ${TOKEN}x`])(
    'refuses the token of %s, which is not the platform',
    async (authorization) => {
      const answer = await registry.ask('/v2/', { headers: { authorization } });

      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ errors: [{ code: 'UNAUTHORIZED' }] });
    },
  );

  it('does not mind the password that a client keeps for somebody else', async () => {
    const headers = { authorization: 'Basic dXNlcjpwYXNz' };

    expect((await registry.ask('/v2/', { headers })).status).toBe(200);
  });

  it('takes a manifest only when all it refers to is there, its subject excepted', async () => {
    const image = randomImage();
    const client = registry.client('push/manifest');
    const put = (body: Uint8Array, reference: string, type = image.manifest.mediaType) =>
      registry.ask(`/v2/push/manifest/manifests/${reference}`, {
        method: 'PUT',
        body: Buffer.from(body),
        headers: { 'content-type': type },
      });

    const early = await put(image.manifest.bytes, 'a');
    await push(client, image);
    const other = await put(image.manifest.bytes, blob('other').digest);
    const html = await put(image.manifest.bytes, 'a', 'text/html');
    const huge = await put(Buffer.alloc(4 * 1_024 * 1_024 + 1, ' '), 'a');
    const tag = await put(image.manifest.bytes, '-a');
    const good = await put(image.manifest.bytes, 'a');

    expect(early.status).toBe(404);
    expect(await early.json()).toMatchObject({
      errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', detail: { digests: expect.any(Array) } }],
    });
    expect([other, html, huge, tag, good].map(({ status }) => status)).toEqual([
      400, 400, 413, 404, 201,
    ]);
    expect(good.headers.get('location')).toBe(
      `/v2/push/manifest/manifests/${image.manifest.digest}`,
    );
    expect(await client.headManifest('a', never)).toMatchObject({ digest: image.manifest.digest });
  });

  it('lists what refers to a manifest, also to one that is not there', async () => {
    const { digest: subject } = blob('a manifest that nobody pushed');
    const config = blob('{}');
    await registry.client('push/refer').pushBlob(config, never);
    const referrer = (artifactType: string) =>
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          artifactType,
          config: {
            mediaType: 'application/vnd.oci.empty.v1+json',
            digest: config.digest,
            size: 2,
          },
          layers: [],
          subject: { mediaType: TYPE, digest: subject, size: 1 },
          annotations: { by: 'test' },
        }),
      );
    const list = (query = '') => registry.ask(`/v2/push/refer/referrers/${subject}${query}`);

    const none = await list();
    for (const type of ['a/signature', 'a/sbom']) {
      const { digest } = contentOf(TYPE, referrer(type));
      const put = await registry.ask(`/v2/push/refer/manifests/${digest}`, {
        method: 'PUT',
        body: referrer(type),
        headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      });
      expect(put.headers.get('oci-subject')).toBe(subject);
    }
    const all = await list();
    const filtered = await list('?artifactType=a/sbom');

    expect(none.status).toBe(200);
    expect(await none.json()).toMatchObject({ schemaVersion: 2, manifests: [] });
    expect(all.headers.get('content-type')).toBe('application/vnd.oci.image.index.v1+json');
    expect(await all.json()).toMatchObject({ manifests: [{}, {}] });
    expect(filtered.headers.get('oci-filters-applied')).toBe('artifactType');
    expect(await filtered.json()).toMatchObject({
      manifests: [{ artifactType: 'a/sbom', annotations: { by: 'test' } }],
    });
  });

  it('deletes free tags and manifests, not what an index or the platform rests on', async () => {
    const image = randomImage();
    const built = randomImage();
    await push(registry.client('push/delete'), image, 'a');
    await push(registry.client('push/delete', 'platform'), built);
    const remove = async (reference: string) => {
      const path = `/v2/push/delete/manifests/${reference}`;
      return (await registry.ask(path, { method: 'DELETE' })).status;
    };

    await registry.index('push/delete', image.manifest);
    expect(await remove(image.manifest.digest)).toBe(405);
    expect(await remove('index')).toBe(202);
    expect(await remove((await registry.index('push/delete', image.manifest)).digest)).toBe(202);
    expect(await remove('a')).toBe(202);
    expect(await remove('a')).toBe(404);
    await registry.client('push/delete').putManifest(image.manifest, never, 'b');
    expect(await remove(image.manifest.digest)).toBe(202);
    expect(await remove(image.manifest.digest)).toBe(404);
    expect(await registry.client('push/delete').headManifest('b', never)).toBeUndefined();
    expect(await remove(built.manifest.digest)).toBe(405);
  });
});

function blob(text: string) {
  return contentOf(TYPE, Buffer.from(text));
}

async function* streamOf(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await startRegistry(postgres.url));
  const ask = (path: string, init?: RequestInit) => fetch(`${registry.url}${path}`, init);
  const started = opened.move();
  return {
    ask,
    client: registry.client,
    store: registry.store,
    open: async (repository: string) => {
      const answer = await ask(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
      return answer.headers.get('location') ?? '';
    },
    /** Pushes an index of the one manifest as `index`. */
    index: async (repository: string, { mediaType, digest, sizeBytes }: Descriptor) => {
      const manifests = [{ mediaType, digest, size: sizeBytes }];
      const pushed = jsonContent(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
      await registry.client(repository).putManifest(pushed, never, 'index');
      return pushed;
    },
    age: (upload: string, ms: number) =>
      registry.sql(
        `UPDATE upload SET touched_at = now() - $2 * interval '1 ms' WHERE id = $1::uuid`,
        [upload.split('/').at(-1), ms],
      ),
    /** What the store keeps, and since when. */
    files: async () => {
      const entries = await readdir(registry.folder, { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((e) => join(e.parentPath, e.name));
      return Promise.all(paths.toSorted().map(async (path) => [path, (await stat(path)).ino]));
    },
    sweep: () => registry.get(SweepUploads).execute(new Date(), never),
    /** As the upload service does: in the store, linked nowhere. */
    prove: async ({ bytes, digest }: ReturnType<typeof blob>) => {
      const received = await registry.store.receive(streamOf(Buffer.from(bytes).toString()), never);
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
      await registry.store.publish(received, digest);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
