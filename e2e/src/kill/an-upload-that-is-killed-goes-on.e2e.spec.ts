import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { LocalModel, pull, upload, walk } from '@floe/client';
import { temporaryFolder } from '@floe/client/testing';
import { eventually, hasMinio } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { UploadProcess } from '../run-upload.ts';
import { randomFrom, seedOfTheRun } from '../seeded.ts';
import { PlatformProcess } from '../start-platform.ts';
import { startStore } from '../start-store.ts';
import { WatchingProxy } from '../watching-proxy.ts';

const MIB = 1024 * 1024;
/** Two layers; 200 MB in all. */
const FILES = { 'weights.bin': 150 * MIB, 'embeddings.bin': 50 * MIB };
const PARTS = 10 + 4;
/** Parts that one client sends at a time: what arrives after its death, the next may have asked for already. */
const IN_FLIGHT = 4;
const CLIENT_KILLS = 3;
const PLATFORM_KILLS = 2;
const model = { team: 'demo', name: 'large' };
const patience = { deadlineMs: 60_000 };

describe('an upload in parts', () => {
  it('goes on after kills of client and platform, from another folder, and sends no part twice but those in flight', async () => {
    await using platform = await PlatformProcess.start();

    const { found, written } = await surviveKills(platform);

    expect(found).toEqual(written);
  }, 180_000);

  it.runIf(hasMinio())(
    'goes on so when the bytes are in a bucket',
    async () => {
      await using store = await startStore();
      await using platform = await PlatformProcess.start({ env: store.settings });

      const { found, written } = await surviveKills(platform);

      expect(found).toEqual(written);
      expect(await store.names('blobs/')).not.toEqual([]);
    },
    180_000,
  );

  it('succeeds for clients that send one blob at once', async () => {
    await using platform = await PlatformProcess.start();
    await using folder = await temporaryFolder({ 'weights.bin': randomBytes(40 * MIB) });
    const { items } = await walk(folder.path);

    const uploads = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        upload(
          platform.client,
          new LocalModel(items),
          { team: 'demo', name },
          { allowUnknownSignature: true },
        ),
      ),
    );

    const digests = await Promise.all(
      uploads.map(async ({ build }) => {
        const { digest = '' } = build.image ?? {};
        const named = { team: build.team, name: build.model };
        return (await platform.client.images.manifest(named, digest)).manifest.layers.at(-1)
          ?.digest;
      }),
    );
    expect(uploads.map(({ build }) => build.version)).toEqual([1, 1, 1]);
    expect(new Set(digests).size).toBe(1);
    expect(await settled(platform)).toEqual([]);
  }, 60_000);
});

interface Hashes {
  readonly written: ReadonlyMap<string, string>;
  readonly found: ReadonlyMap<string, string>;
}

/** Kills clients and the platform in the middle of an upload, which then ends; gives the hashes of what was written and pulled. */
async function surviveKills(platform: PlatformProcess): Promise<Hashes> {
  const random = randomFrom(seedOfTheRun());
  await using proxy = await WatchingProxy.start(platform.url);
  await using places = await temporaryFolder({
    'home/x': '',
    'one/x.txt': 'x',
    'two/x.txt': 'x',
  });
  const hashes = await writeTwice(places.path);
  let turn = 0;
  const start = (): UploadProcess => {
    turn += 1;
    const folder = join(places.path, turn % 2 === 0 ? 'two' : 'one');
    // Each with a cache of digests of its own: nothing is known from before.
    const home = join(places.path, `home/${turn}`);
    const words = [folder, '-m', 'demo/large', '--allow-unknown-signature'];
    return new UploadProcess(words, { url: proxy.url, home });
  };
  const more = async (): Promise<void> => {
    const wanted = takenOf(proxy).length + Math.floor(random() * 2);
    await eventually(() => takenOf(proxy).length >= Math.min(wanted, PARTS - 1), patience);
  };

  for (let kills = 0; kills < CLIENT_KILLS; kills += 1) {
    const client = start();
    await eventually(() => proxy.passed.length > 0, patience);
    await more();
    await client.kill();
  }
  let client = start();
  for (let kills = 0; kills < PLATFORM_KILLS; kills += 1) {
    await more();
    await platform.kill();
    await platform.restart();
  }
  let last = await client.ended;
  if (last.code !== 0) {
    client = start();
    last = await client.ended;
  }

  expect(last).toMatchObject({ code: 0 });
  const taken = takenOf(proxy);
  expect(new Set(taken).size).toBe(PARTS);
  expect(taken.length).toBeLessThanOrEqual(PARTS + IN_FLIGHT);
  expect(await settled(platform)).toEqual([]);
  return { found: await pulled(platform, places.path), written: hashes };
}

/** The same random files into both folders; gives their hashes. */
async function writeTwice(path: string): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const [name, sizeBytes] of Object.entries(FILES)) {
    const bytes = randomBytes(sizeBytes);
    hashes.set(name, hashOf(bytes));
    for (const folder of ['one', 'two']) await writeFile(join(path, folder, name), bytes);
  }
  return hashes;
}

/** The parts that the platform has taken, each as often as it said so. */
function takenOf({ passed }: WatchingProxy): readonly string[] {
  return passed
    .filter(
      ({ method, path, status }) => method === 'PUT' && path.includes('/parts/') && status === 204,
    )
    .map(({ path }) => path);
}

async function pulled(
  platform: PlatformProcess,
  path: string,
): Promise<ReadonlyMap<string, string>> {
  const folder = join(path, 'pulled');
  await pull(platform.client, model, 'latest', folder);
  const hashes = new Map<string, string>();
  for (const name of Object.keys(FILES))
    hashes.set(name, hashOf(await readFile(join(folder, name))));
  return hashes;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
