import { once } from 'node:events';
import { connect } from 'node:net';

import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { layerOf, TestParts } from './test-parts.ts';

const LAYER_BYTES = 34_000;

describe('a sender of parts', () => {
  it('does not give an upload that is being sent to somebody else of the same size', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await using sending = await half(parts.url, upload.parts[0]?.url ?? '', 10_000);
    const dripping = setInterval(() => sending.write('x'), 100);

    const [other] = await parts.ask([{ sizeBytes: layer.bytes.length }]);
    clearInterval(dripping);

    expect(other?.upload?.id).not.toBe(upload.id);
  });

  it('keeps nothing of a part whose connection breaks, and waits for no broken sender', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    const broken = await half(parts.url, upload.parts[0]?.url ?? '', 10_000);
    await broken[Symbol.asyncDispose]();

    const taken = await parts.put(upload, 1, layer);
    await parts.putAll(upload, layer);

    expect(taken.status).toBe(204);
    expect((await parts.complete(upload, layer.digest)).status).toBe(200);
  });

  it('waits a moment only for a sender that fell silent while its connection stays open', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await using open = new AsyncDisposableStack();
    open.use(await half(parts.url, upload.parts[0]?.url ?? '', 10_000));

    const isGivenAgain = async (): Promise<boolean> => (await parts.begin(layer)).id === upload.id;
    await eventually(isGivenAgain);
    const taken = await parts.put(upload, 1, layer);

    expect(taken.status).toBe(204);
    await parts.putAll(upload, layer);
    expect((await parts.complete(upload, layer.digest)).status).toBe(200);
  });

  it.each([
    ['uploadTeamMaxBytesInFlight', 429, 'TOO_MANY_REQUESTS'],
    ['uploadMaxBytesInFlight', 503, 'OVERLOADED'],
  ])('is told to wait beyond %s, and is taken afterwards', async (setting, status, code) => {
    await using parts = await startParts({ settings: { [setting]: 15_000 } });
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    const otherHalf = () => half(parts.url, upload.parts[0]?.url ?? '', 10_000);
    let other = await otherHalf();

    // Before the other one is on its way, only the wrong sum is refused; whoever asks first may also take its room.
    const refused = await eventually(async () => {
      if (other.isAnswered()) other = await otherHalf();
      const answer = await parts.put(upload, 2, layer, { 'x-floe-crc32': '00000000' });
      return answer.status !== 400 && answer;
    });
    await other[Symbol.asyncDispose]();

    expect(refused).toMatchObject({ status, json: { code } });
    expect(refused.headers.get('retry-after')).toBe('1');
    await eventually(async () => (await parts.put(upload, 2, layer)).status === 204);
  });
});

async function startParts(options: Parameters<typeof TestParts.start>[1] = {}): Promise<TestParts> {
  return TestParts.start(await startPostgres(), options);
}

/** Announces a part, sends one byte of it, and then nothing until it breaks off. */
async function half(url: string, path: string, sizeBytes: number) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  socket.on('error', () => {});
  socket.once('close', resolve);
  socket.write(
    `PUT ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: ${sizeBytes}\r\nx-floe-crc32: 00000000\r\n\r\nx`,
  );
  let isAnswered = false;
  socket.once('data', () => (isAnswered = true));
  return {
    isAnswered: () => isAnswered,
    write: (text: string) => socket.write(text),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await ended;
    },
  };
}
