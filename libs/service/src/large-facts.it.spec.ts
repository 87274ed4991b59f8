import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { BuildLogged, wholeOf } from '@floe/contracts';
import { type BatchHandler, Bus, type BusRecord, toRecord } from '@floe/messaging';
import { PostgresBus } from '@floe/messaging-postgres';
import { type BlobStore, openBlobStore } from '@floe/storage';
import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { LargeFacts } from './large-facts.ts';

const never = new AbortController().signal;
const TIME = new Date();
const LINES = [{ n: 1, at: TIME.toISOString(), stream: 'floe' as const }];

describe('a fact of more than 200 KB', () => {
  it('stands on its topic by its digest, and comes whole, in order, to whoever subscribes', async () => {
    await using parts = await startParts();
    const told = ['a', 'b'.repeat(300_000), 'c', 'd'.repeat(2_000_000), 'e'].map(logged);

    await parts.facts.publish(told, never);

    const whole = await parts.readBy(parts.facts, told.length);
    expect(whole.map(textOf)).toEqual(told.map(textOf));
    const onTopic = await parts.readBy(parts.bus, told.length);
    expect(onTopic.map(({ value }) => (value?.length ?? 0) < 1_000)).not.toContain(false);
    expect(onTopic.map(({ value }) => wholeOf(value ?? Buffer.of())?.sizeBytes)).toEqual(
      told.map(({ value }) => (value.length > 200_000 ? value.length : undefined)),
    );
  });

  it('becomes the dead letter that it was on its topic', async () => {
    await using parts = await startParts();
    await parts.facts.publish([logged('x'.repeat(300_000))], never);
    const [whole] = await parts.readBy(parts.facts, 1);
    const [onTopic] = await parts.readBy(parts.bus, 1);

    await parts.facts.publish(whole === undefined ? [] : [whole], never);

    const [, again] = await parts.readBy(parts.bus, 2);
    expect(again).toMatchObject({ value: onTopic?.value, headers: onTopic?.headers });
  });

  it('is handed over as it stands when the store has it no more', async () => {
    await using parts = await startParts();
    await parts.facts.publish([logged('x'.repeat(300_000)), logged('y')], never);
    await rm(join(parts.folder, 'blobs'), { recursive: true });

    const [lost, next] = await parts.readBy(parts.facts, 2);

    expect(wholeOf(lost?.value ?? Buffer.of())).toBeDefined();
    expect(textOf(next)).toBe('y');
  });

  it('waits where it is while the store is away', async () => {
    await using parts = await startParts();
    await parts.facts.publish([logged('x'.repeat(300_000))], never);
    let failures = 0;
    const store: Pick<BlobStore, 'put' | 'read'> = {
      put: parts.store.put.bind(parts.store),
      async read(...asked) {
        if ((failures += 1) < 3) throw new Error('connect ECONNREFUSED');
        return parts.store.read(...asked);
      },
    };

    const [late] = await parts.readBy(new LargeFacts(parts.bus, store), 1);

    expect({ failures, text: textOf(late) }).toEqual({ failures: 3, text: 'x'.repeat(300_000) });
  });

  it('is no fact when it cannot be read as one: noise goes as it is', async () => {
    await using parts = await startParts();
    const noise = { ...logged('x'), value: Buffer.alloc(300_000, 1) };

    await parts.facts.publish([noise], never);

    expect(await parts.readBy(parts.bus, 1)).toMatchObject([{ value: noise.value }]);
  });
});

function logged(text: string): ReturnType<typeof toRecord> {
  const identity = {
    team: 'team',
    model: 'model',
    buildId: '01a224d8-f7da-7739-8482-db4759136392',
  };
  const lines = LINES.map((line) => ({ ...line, text }));
  const fact = { ...identity, at: TIME.toISOString(), lines };
  return toRecord(BuildLogged, fact, { source: '/test', time: TIME });
}

function textOf(record: { readonly value: Uint8Array | null } | undefined): string | undefined {
  return BuildLogged.decode(record?.value ?? Buffer.of()).lines[0]?.text;
}

async function startParts() {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'floe-facts-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const { url } = opened.use(await startPostgres());
  const bus = opened.use(await PostgresBus.open(url, () => {}, { partitions: 1 }));
  const store = await openBlobStore(pathToFileURL(folder).href);
  const stack = opened.move();
  let groups = 0;
  return {
    bus,
    store,
    folder,
    facts: new LargeFacts(bus, store),
    /** What a group gets that reads from the beginning. */
    async readBy(from: Bus, count: number): Promise<readonly BusRecord[]> {
      const read: BusRecord[] = [];
      const handle: BatchHandler = async (records) => void read.push(...records);
      await using _ = from.subscribe(`group-${(groups += 1)}`, [BuildLogged.topic], handle);
      await eventually(() => read.length >= count);
      return read;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
