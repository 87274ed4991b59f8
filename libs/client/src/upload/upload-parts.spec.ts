import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { FloeClient } from '../floe-client.ts';
import { FakePlatform, type Recorded, temporaryFolder } from '../testing/index.ts';
import { walk } from '../walk/walk.ts';
import { LocalModel } from './local-model.ts';
import type { UploadProgress } from './progress.ts';
import { upload, type Uploaded, type UploadOptions } from './upload.ts';

const model = { team: 'demo', name: 'iris' };
const MIB = 1024 * 1024;
const PARTS = 10;

describe('upload of a large layer', () => {
  it('reads and sends each byte once, before its digest is known', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1), 'small.txt': 'text' });
    const progress: UploadProgress[] = [];

    const uploaded = await send(platform, folder.path, {
      onProgress: (step) => void progress.push(step),
    });

    expect(uploaded).toMatchObject({
      build: { state: 'released' },
      layers: 2,
      presentLayers: 0,
      sentBytes: uploaded.totalBytes,
    });
    expect(kindsOf(platform)).toEqual([
      'POST blobs',
      ...Array.from({ length: PARTS + 1 }, () => 'PUT part')
        .with(0, 'PUT blob')
        .toSorted(),
      'POST complete',
      'POST build',
    ]);
    expect(progress.find(({ stage }) => stage === 'hashing')).toMatchObject({ totalBytes: 3_072 });
    const sent = progress.findLast(({ stage }) => stage === 'sending');
    expect(sent).toMatchObject({ doneBytes: uploaded.totalBytes, totalBytes: uploaded.totalBytes });
  });

  it('goes on from another folder with what is missing', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1) });
    await using other = await temporaryFolder({ 'big.bin': large(1) });
    platform.fault = () =>
      (platform.uploads.all[0]?.parts.size ?? 0) < 4 ? undefined : { status: 500 };
    await expect(send(platform, folder.path)).rejects.toThrow('500');
    platform.fault = () => undefined;
    const received = new Set(platform.uploads.all[0]?.parts.keys());
    platform.requests.length = 0;

    const uploaded = await send(platform, other.path);

    const sent = partsOf(platform).map(({ path }) => Number(path.split('/').at(-1)));
    expect(received.size).toBeGreaterThanOrEqual(4);
    expect(sent.filter((number) => received.has(number))).toEqual([]);
    expect(uploaded.build.version).toBe(1);
    expect(uploaded.sentBytes).toBeLessThan(uploaded.totalBytes);
  });

  it('leaves an upload alone that turns out to be of another blob', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1) });
    await using other = await temporaryFolder({ 'big.bin': large(2) });
    platform.fault = ({ path }) => (path.endsWith('/complete') ? { status: 500 } : undefined);
    await expect(send(platform, folder.path)).rejects.toThrow('500');
    platform.fault = () => undefined;

    const uploaded = await send(platform, other.path);

    expect(uploaded.build.version).toBe(1);
    expect(platform.uploads.all).toHaveLength(1);
    expect(platform.uploads.all[0]?.parts.size).toBe(PARTS);
  });

  it('hashes first where the team has a blob of that size, and sends nothing that is there', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1) });
    await send(platform, folder.path);
    platform.requests.length = 0;

    const again = await send(platform, folder.path);

    expect(again).toMatchObject({ presentLayers: 1, sentBytes: 0 });
    expect(kindsOf(platform)).toEqual(['POST blobs', 'POST blobs', 'POST build']);
  });

  it('sends two layers of one size', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'a.bin': large(1), 'b.bin': large(2) });

    const uploaded = await send(platform, folder.path);

    expect(uploaded.build.version).toBe(1);
    expect(partsOf(platform)).toHaveLength(2 * PARTS);
  });

  it('arrives although the answer to each kind of call is lost once, and a part is damaged', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1) });
    const seen = new Set<string>();
    platform.fault = (request) => {
      const kind = kindOf(request);
      if (seen.has(kind)) return undefined;
      seen.add(kind);
      return kind === 'PUT part' ? 'cut' : 'lose';
    };

    const uploaded = await send(platform, folder.path);

    expect(uploaded.build.version).toBe(1);
    expect(platform.builds.all).toHaveLength(1);
  });

  it('waits for a platform that has too much to do', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1) });
    let refusals = 0;
    platform.fault = (request) => {
      if (kindOf(request) !== 'PUT part' || refusals === 40) return undefined;
      refusals += 1;
      return { status: 503, headers: { 'retry-after': '0' } };
    };

    const uploaded = await send(platform, folder.path);

    expect(refusals).toBe(40);
    expect(uploaded.build.version).toBe(1);
  });

  it('asks again when the platform has forgotten the upload', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1) });
    let forgotten = false;
    platform.fault = () => {
      if (!forgotten && partsOf(platform).length === 5) {
        forgotten = true;
        platform.uploads.all.length = 0;
      }
      return undefined;
    };

    const uploaded = await send(platform, folder.path);

    expect(forgotten).toBe(true);
    expect(uploaded.build.version).toBe(1);
  });

  it('goes in one piece to a platform whose store takes no parts', async () => {
    await using platform = await startPlatform();
    platform.uploads.areTaken = false;
    await using folder = await temporaryFolder({ 'big.bin': large(1) });

    const uploaded = await send(platform, folder.path);

    expect(uploaded).toMatchObject({ build: { version: 1 }, sentBytes: uploaded.totalBytes });
    expect(kindsOf(platform)).toEqual(['POST blobs', 'PUT blob', 'POST build']);
  });

  it('fails with FILE_CHANGED when the file changes while it is sent', async () => {
    await using platform = await startPlatform();
    await using folder = await temporaryFolder({ 'big.bin': large(1) });
    const { items } = await walk(folder.path);
    await appendFile(join(folder.path, 'big.bin'), 'more');

    const uploading = upload(clientOf(platform), new LocalModel(items), model, {});

    await expect(uploading).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(platform.builds.all).toHaveLength(0);
  });
});

async function startPlatform(): Promise<FakePlatform> {
  const platform = await FakePlatform.start();
  platform.uploads.partSizeBytes = MIB;
  return platform;
}

function clientOf({ url }: FakePlatform): FloeClient {
  return new FloeClient({ url, retry: { firstDelayMs: 1, maxDelayMs: 5 } });
}

async function send(
  platform: FakePlatform,
  folder: string,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { items } = await walk(folder);
  return upload(clientOf(platform), new LocalModel(items), model, {}, options);
}

/** A bit less than ten parts with its head and end. */
function large(seed: number): Buffer {
  return Buffer.alloc(PARTS * MIB - 4_096, `floe ${seed}`);
}

function partsOf(platform: FakePlatform): readonly Recorded[] {
  return platform.requests.filter((request) => kindOf(request) === 'PUT part');
}

function kindsOf(platform: FakePlatform): readonly string[] {
  const kinds = platform.requests.map(kindOf);
  // Parts and whole blobs travel at the same time.
  const first = kinds.findIndex((kind) => kind.startsWith('PUT'));
  const last = kinds.findLastIndex((kind) => kind.startsWith('PUT'));
  if (first === -1) return kinds;
  return [
    ...kinds.slice(0, first),
    ...kinds.slice(first, last + 1).toSorted(),
    ...kinds.slice(last + 1),
  ];
}

function kindOf({ method, path }: Pick<Recorded, 'method' | 'path'>): string {
  if (path.includes('/parts/')) return `${method} part`;
  if (path.endsWith('/complete')) return `${method} complete`;
  if (path.endsWith('/blobs')) return `${method} blobs`;
  if (path.includes('/blobs/')) return `${method} blob`;
  return `${method} build`;
}
