import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { FloeClient } from '../floe-client.ts';
import { FakePlatform, temporaryFolder } from '../testing/index.ts';
import { walk } from '../walk/walk.ts';
import { FileDigestCache } from './digest-cache.ts';
import { LocalModel } from './local-model.ts';
import type { UploadProgress } from './progress.ts';
import { upload } from './upload.ts';

const model = { team: 'demo', name: 'iris' };
const request = 'POST /api/v1/models/demo/iris/builds?wait=2s';

function clientOf({ url }: FakePlatform): FloeClient {
  return new FloeClient({ url, retry: { firstDelayMs: 1, maxDelayMs: 5 } });
}

function keysOf(platform: FakePlatform): ReadonlySet<unknown> {
  return new Set(platform.requests.flatMap(({ headers }) => headers['idempotency-key'] ?? []));
}

describe('upload', () => {
  it('asks for the build, sends what is missing, and asks again under the same key', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes', 'big.bin': megabytes(5) });

    const { items } = await walk(folder.path);
    const uploaded = await upload(clientOf(platform), new LocalModel(items), model, {
      metadata: { a: 'b' },
    });

    expect(uploaded).toMatchObject({
      build: { state: 'released', version: 1 },
      layers: 2,
      presentLayers: 0,
      sentBytes: uploaded.totalBytes,
    });
    expect(platform.calls[0]).toBe(request);
    expect(platform.calls.slice(1, 3).every((call) => call.startsWith('PUT '))).toBe(true);
    expect(platform.calls.slice(3)).toEqual([request]);
    expect(keysOf(platform).size).toBe(1);
    const puts = platform.requests.filter(({ method }) => method === 'PUT');
    for (const { headers, body } of puts) {
      expect(headers).toMatchObject({ 'content-length': String(body.length) });
    }
  });

  it('makes one request and sends no bytes when nothing changed', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes' });
    const { items } = await walk(folder.path);
    await upload(clientOf(platform), new LocalModel(items), model, {});
    platform.requests.length = 0;

    const again = await upload(clientOf(platform), new LocalModel(items), model, {});

    expect(platform.calls).toEqual([request]);
    expect(again).toMatchObject({ build: { version: 2 }, presentLayers: 1, sentBytes: 0 });
  });

  it('sends only the layers that changed', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes', 'big.bin': megabytes(5) });
    await upload(clientOf(platform), new LocalModel((await walk(folder.path)).items), model, {});
    platform.requests.length = 0;

    await writeFile(join(folder.path, 'model.onnx'), 'other');
    const again = await upload(
      clientOf(platform),
      new LocalModel((await walk(folder.path)).items),
      model,
      {},
    );

    expect(again).toMatchObject({ layers: 2, presentLayers: 1 });
    expect(platform.calls.filter((call) => call.startsWith('PUT '))).toHaveLength(1);
  });

  it('makes one build although the answer to each kind of call is lost once', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes', 'big.bin': megabytes(5) });
    const seen = new Set<string>();
    platform.fault = ({ method, path }) => {
      // The same request asks before and after the blobs are there.
      const call = `${method} ${path} ${platform.builds.blobs.size}`;
      if (seen.has(call)) return undefined;
      seen.add(call);
      return 'lose';
    };

    const { items } = await walk(folder.path);
    const uploaded = await upload(clientOf(platform), new LocalModel(items), model, {});

    expect(uploaded.build.version).toBe(1);
    expect(platform.calls.filter((call) => call === request)).toHaveLength(4);
    expect(platform.builds.all).toHaveLength(1);
    expect(keysOf(platform).size).toBe(1);
  });

  it('goes on after connections that break in the middle and after refusals that pass', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'big.bin': megabytes(5) });
    const faults = [
      'cut',
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 429 },
    ] as const;
    let calls = 0;
    platform.fault = () => faults[calls++ % 4];

    const { items } = await walk(folder.path);
    const uploaded = await upload(clientOf(platform), new LocalModel(items), model, {});

    expect(uploaded.build.version).toBe(1);
    expect(platform.builds.all).toHaveLength(1);
  });

  it('waits for the build and tells its states', async () => {
    await using platform = await FakePlatform.start();
    platform.builds.before = ['received', 'inferring', 'building'];
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes' });
    const progress: UploadProgress[] = [];

    const { items } = await walk(folder.path);
    const onProgress = (step: UploadProgress): void => void progress.push(step);
    await upload(clientOf(platform), new LocalModel(items), model, {}, { onProgress });

    expect(progress[0]).toMatchObject({ stage: 'laid-out', files: 1, layers: 1 });
    expect(progress.at(-1)).toMatchObject({ stage: 'building', build: { state: 'released' } });
    const states = progress.flatMap((step) =>
      step.stage === 'building' ? [step.build.state] : [],
    );
    expect(states).toEqual(['received', 'inferring', 'building', 'released']);
    const sent = progress.findLast(({ stage }) => stage === 'sending');
    expect(sent).toMatchObject({ doneBytes: 3072, totalBytes: 3072, presentLayers: 0 });
  });

  it('returns at once when it shall not wait', async () => {
    await using platform = await FakePlatform.start();
    platform.builds.before = ['received'];
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes' });

    const { items } = await walk(folder.path);
    const { build } = await upload(
      clientOf(platform),
      new LocalModel(items),
      model,
      {},
      { wait: false },
    );

    expect(build.state).toBe('received');
    expect(platform.calls.at(-1)).toBe('POST /api/v1/models/demo/iris/builds');
  });

  it('fails with FILE_CHANGED when a file changes before it is sent, and does not try again', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes' });
    const { items } = await walk(folder.path);
    await writeFile(join(folder.path, 'model.onnx'), 'other');

    const uploading = upload(clientOf(platform), new LocalModel(items), model, {});

    await expect(uploading).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(platform.builds.all).toHaveLength(0);
  });

  it('reads no file whose digest it knows', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model/a.bin': 'bytes' });
    const cache = (): FileDigestCache => cacheAt(join(folder.path, 'digests.json'));
    const { items } = await walk(join(folder.path, 'model'));
    await upload(clientOf(platform), new LocalModel(items, cache()), model, {});
    const hashed: UploadProgress[] = [];
    const onProgress = (step: UploadProgress): void => void hashed.push(step);

    await upload(clientOf(platform), new LocalModel(items, cache()), model, {}, { onProgress });

    expect(hashed.some(({ stage }) => stage === 'hashing')).toBe(false);
    expect(platform.builds.all).toHaveLength(2);
  });

  it('does not trust a cached digest that the platform finds wrong', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model/a.bin': 'bytes' });
    const path = join(folder.path, 'digests.json');
    const { items } = await walk(join(folder.path, 'model'));
    await upload(clientOf(platform), new LocalModel(items, cacheAt(path)), model, {});
    platform.builds.blobs.clear();
    const wrong = `sha256:${'0'.repeat(64)}`;
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/sha256:[0-9a-f]{64}/, wrong));

    const local = new LocalModel(items, cacheAt(path));
    const { build } = await upload(clientOf(platform), local, model, {});

    expect(build.version).toBe(2);
    expect(platform.calls).toContain(`PUT /api/v1/teams/demo/blobs/${wrong}`);
  });

  it('stops at once when it is aborted', async () => {
    await using platform = await FakePlatform.start();
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes' });
    const { items } = await walk(folder.path);
    const abort = new AbortController();
    platform.fault = ({ method }) => {
      if (method === 'PUT') abort.abort(new Error('enough'));
      return undefined;
    };

    const uploading = upload(
      clientOf(platform),
      new LocalModel(items),
      model,
      {},
      { signal: abort.signal },
    );

    await expect(uploading).rejects.toThrow('enough');
    expect(platform.builds.all).toHaveLength(0);
  });
});

function megabytes(count: number): Buffer {
  return Buffer.alloc(count * 1024 * 1024, 'floe');
}

/** A cache that looks a minute later, when no change could hide in the clock's grain any more. */
function cacheAt(path: string): FileDigestCache {
  return new FileDigestCache(path, () => Date.now() + 60_000);
}
