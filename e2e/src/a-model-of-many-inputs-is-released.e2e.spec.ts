import { hasKafka, type Kafka, startKafka } from '@floe/testing';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';

import { settled } from './invariants/settled.ts';
import { sendModel, wish } from './send-model.ts';
import { PlatformProcess } from './start-platform.ts';
import { tarOf } from './tar-of.ts';
import { wideNetwork } from './wide-network.ts';

const INPUTS = 5_000;
/** What a topic of Kafka takes in one record. */
const MOST_BYTES = 1_024 * 1_024;

describe('a model of thousands of inputs', { timeout: 120_000 }, () => {
  it('is released, and the next one, too', async () => {
    await using platform = await PlatformProcess.start();

    await expectReleased(platform);
    expect(await settled(platform)).toEqual([]);
  });

  it.runIf(hasKafka())('is released on Apache Kafka, whose records are smaller', async () => {
    await using kafka = await startKafka();
    await using platform = await PlatformProcess.start({
      env: { FLOE_BUS_URL: `kafka://${kafka.address}` },
    });

    await expectReleased(platform);
    expect(await settled(platform)).toEqual([]);
    expect(await largestRecord(kafka)).toBeLessThan(200_000);
  });
});

/** A wide model and, behind it on the same topics, another; all that is asked of them tells all inputs. */
async function expectReleased(platform: PlatformProcess): Promise<void> {
  const { url } = platform;
  for (const version of [1, 2]) {
    const tar = await tarOf({ 'wide.onnx': wideNetwork(INPUTS), 'note.txt': `${version}` });
    const build = await sendModel(url, wish('wide/model', tar), '60s');
    expect(build).toMatchObject({ state: 'released', version });
    expect(JSON.stringify(build).length).toBeGreaterThan(MOST_BYTES);
  }

  const latest = await fetch(`${url}/api/v1/models/wide/model/versions/latest`);
  const { signature } = (await latest.json()) as { signature: { inputs: readonly unknown[] } };
  expect(signature.inputs).toHaveLength(INPUTS);
}

/** Of all topics: the bytes of a value. */
async function largestRecord({ address }: Kafka): Promise<number> {
  const { NOTHING: logLevel } = kafkajs.logLevel;
  const kafka = new kafkajs.Kafka({ brokers: [address], clientId: 'foreign', logLevel });
  const consumer = kafka.consumer({ groupId: 'foreign' });
  const sizes: number[] = [];
  const read = Promise.withResolvers<void>();
  await consumer.connect();
  await consumer.subscribe({ topics: [/^floe\./], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, message: { value } }) => {
      sizes.push(value?.length ?? 0);
      if (topic === 'floe.outcomes.v1' && sizes.length > 1) read.resolve();
    },
  });
  await read.promise;
  await consumer.disconnect();
  return Math.max(...sizes);
}
