import { connect } from 'node:net';

import { describe, expect, it } from 'vitest';

import { hasKafka, startKafka } from './start-kafka.ts';

describe.runIf(hasKafka())('startKafka', () => {
  it('starts a broker again after its death, at the same address', async () => {
    await using kafka = await startKafka();
    expect(await answers(kafka.address)).toBe(true);

    await kafka.kill();
    expect(await answers(kafka.address)).toBe(false);
    await kafka.start();
    await kafka.stop();
    await kafka.start();

    expect(await answers(kafka.address)).toBe(true);
  }, 120_000);
});

function answers(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host)
    .once('connect', () => resolve(true))
    .once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
