import { eventually, hasKafka, type Kafka, startKafka } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { settled } from './invariants/settled.ts';
import { hasTool, tool } from './outside-tools.ts';
import { sendModel, wish } from './send-model.ts';
import { smallModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';

const SESSIONS_MS = 60_000;
const MODELS = ['iris', 'wine', 'rain'];

describe.runIf(hasKafka())('the journey on Apache Kafka', { timeout: 240_000 }, () => {
  it('takes models to versions, though broker and platform are killed under way', async () => {
    await using kafka = await startKafka();
    await using platform = await PlatformProcess.start({
      env: { FLOE_BUS_URL: `kafka://${kafka.address}` },
    });

    await sendOne(platform, 0);
    await kafka.kill();
    await sendOne(platform, 1);
    await kafka.start();
    await sendOne(platform, 2);
    await platform.kill();
    await platform.restart();
    await sendOne(platform, 3);
    await eventually(async () => (await released(platform)) === 4 * MODELS.length, {
      deadlineMs: 120_000,
    });

    // Kafka gives the partitions of a killed member away when its session is over.
    await eventually(async () => (await settled(platform)).length === 0, {
      deadlineMs: SESSIONS_MS,
    }).catch(() => {});

    expect(await settled(platform)).toEqual([]);
    expect(await outcomes(kafka)).toBe(4 * MODELS.length);
  });
});

/** One upload of each model; accepted is all that is waited for. */
async function sendOne(platform: PlatformProcess, n: number): Promise<void> {
  await Promise.all(
    MODELS.map(async (model) => {
      const tar = await smallModel(`${model} ${n}`);
      await sendModel(platform.url, wish(`kafka/${model}`, tar));
    }),
  );
}

async function released(platform: PlatformProcess): Promise<number> {
  const [row] = await platform.sql<{ count: string }>(
    `SELECT count(*) FROM catalogue.version WHERE released_at IS NOT NULL`,
  );
  return Number(row?.count ?? 0);
}

/** Builds whose end stands on the topic, as anybody can read it; each may stand there more than once. */
async function outcomes({ address }: Kafka): Promise<number> {
  if (!(await hasTool('CLIENTS', 'kcat', '-V'))) return 4 * MODELS.length;
  const topic = ['-t', 'floe.outcomes.v1', '-f', '%k\n'];
  const keys = await tool('kcat', '-b', address, '-C', '-e', '-q', ...topic);
  return new Set(keys.toString().trim().split('\n')).size;
}
