import { FloeClient } from '@floe/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { settled } from './invariants/settled.ts';
import { readStream } from './read-stream.ts';
import { randomFrom, seedOfTheRun } from './seeded.ts';
import { sendModel, wish } from './send-model.ts';
import { smallModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';
import { WatchingProxy } from './watching-proxy.ts';

const WRITERS = 16;
const BUILDS = 2;
const CUT_MS = 100;
const LAST = 'watched/last';

describe('a stream of facts', () => {
  let platform: PlatformProcess;
  beforeAll(async () => void (platform = await PlatformProcess.start()), 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it('that is cut at any fact while 16 write goes on with the next, none twice', async () => {
    const url = `${platform.url}/api/v1/events?team=watched`;
    const readers = [1, 5].map((facts) => readInPieces(`${url}&after=0`, facts));
    const patient = readThrough(platform);

    await writeAll(platform);
    expect(await settled(platform)).toEqual([]);
    await sendModel(platform.url, wish(LAST, await smallModel('last')));
    const reads = await Promise.all([...readers, patient]);
    const written = await factsOf(platform);

    expect(written.filter(({ name }) => name === 'BuildEnded')).toHaveLength(WRITERS * BUILDS);
    for (const read of reads) expect(read).toEqual(written);
    // Also afterwards, from every fact on.
    for (const [n, { cursor }] of written.slice(0, -1).entries()) {
      const [next] = await firstOf(url, cursor, 1);
      expect(next).toEqual(written[n + 1]);
    }
  }, 90_000);
});

interface ReadFact {
  readonly cursor: string;
  readonly name: string;
  readonly id: unknown;
}

async function writeAll({ url }: PlatformProcess): Promise<void> {
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; n < BUILDS; n += 1) {
      const tar = await smallModel(`${writer} ${n}`);
      await sendModel(url, wish(`watched/model-${writer % 4}`, tar), '30s');
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
}

/** What the log holds, in its order, before the facts of the last model. */
function factsOf(platform: PlatformProcess): Promise<readonly ReadFact[]> {
  return platform.sql<ReadFact>(
    `SELECT position::text AS cursor, substring(type FROM '[^.]*$') AS name, fact_id AS id
       FROM catalogue.public_fact
      WHERE team = 'watched' AND position < (SELECT min(position) FROM catalogue.public_fact WHERE model = 'last')
      ORDER BY position`,
  );
}

/** Cuts its connection after each few facts, until the last model comes. */
async function readInPieces(url: string, facts: number): Promise<readonly ReadFact[]> {
  const read: ReadFact[] = [];
  for (;;) {
    const piece = await firstOf(url, read.at(-1)?.cursor, facts);
    read.push(...piece);
    if (piece.length < facts) return read;
  }
}

/** The next facts over one connection, fewer when the last model comes. */
async function firstOf(
  url: string,
  after: string | undefined,
  facts: number,
): Promise<readonly ReadFact[]> {
  const read: ReadFact[] = [];
  for await (const { id: cursor = '', event: name, data } of readStream(url, after)) {
    if (data['subject'] === LAST) break;
    read.push({ cursor, name, id: data['id'] });
    if (read.length === facts) break;
  }
  return read;
}

/** The client library, whose connections somebody else cuts. */
async function readThrough(platform: PlatformProcess): Promise<readonly ReadFact[]> {
  await using proxy = await WatchingProxy.start(platform.url);
  const random = randomFrom(seedOfTheRun());
  const client = new FloeClient({
    url: proxy.url,
    retry: { firstDelayMs: 10, maxDelayMs: 10 },
  });
  const cutting = setInterval(() => random() < 0.5 && proxy.cut(), CUT_MS);
  const read: ReadFact[] = [];
  for await (const item of client.events({ team: 'watched', after: '0' })) {
    if (item.kind === 'gap') throw new Error('a gap was told');
    if (item.fact.subject === LAST) break;
    read.push({ cursor: item.cursor, name: item.name, id: item.fact.id });
  }
  clearInterval(cutting);
  return read;
}
