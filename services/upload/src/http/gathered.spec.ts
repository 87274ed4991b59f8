import { PassThrough, Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { gathered } from './gathered.ts';

describe('a gathered body', () => {
  it('has the same bytes in fewer chunks', async () => {
    const chunks = Array.from({ length: 500 }, (_, at) => Buffer.alloc(1_000 + at, at));
    const body = new PassThrough({ highWaterMark: 16 * 1024 * 1024 });
    for (const chunk of chunks) body.write(Buffer.from(chunk));
    body.end();

    const given = await all(gathered(body));

    expect(Buffer.concat(given).equals(Buffer.concat(chunks))).toBe(true);
    expect(given.length).toBeLessThan(5);
  });

  it('is given as it comes: what came is not held for more', async () => {
    const body = new PassThrough();
    const given = gathered(body);

    body.write('first');
    const { value: first } = await given.next();
    body.end('second');
    const { value: second } = await given.next();

    expect([first, second].map(String)).toEqual(['first', 'second']);
    expect((await given.next()).done).toBe(true);
  });

  it('is not read ahead by more than a chunk of 1 MiB', async () => {
    let read = 0;
    const body = Readable.from(
      (function* endless() {
        for (;;) {
          read += 65_536;
          yield Buffer.alloc(65_536);
        }
      })(),
      { objectMode: false, highWaterMark: 65_536 },
    );
    const given = gathered(body);

    const { value } = await given.next();
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);

    expect(value?.length).toBeLessThanOrEqual(1_048_576);
    expect(read).toBeLessThanOrEqual(2 * 1_048_576 + 3 * 65_536);
    await given.return();
  });

  it('fails as the body does, after what came before', async () => {
    const body = new PassThrough();
    const given = gathered(body);

    body.write('some');
    expect(String((await given.next()).value)).toBe('some');
    body.destroy(new Error('the line was cut'));

    await expect(given.next()).rejects.toThrow('the line was cut');
  });

  it('fails when the body was closed before its end', async () => {
    const closed = new PassThrough();
    closed.write('some');
    closed.destroy();
    const closing = new PassThrough();
    const given = gathered(closing);
    const next = given.next();
    closing.destroy();

    await expect(all(gathered(closed))).rejects.toThrow('closed');
    await expect(next).rejects.toThrow('closed');
  });

  it('is left where it is by a reader that leaves', async () => {
    const body = new PassThrough();
    body.write('first');
    const given = gathered(body);

    await given.next();
    await given.return();
    body.write('second');

    expect(body.isPaused()).toBe(true);
    expect(body.destroyed).toBe(false);
    expect(body.listenerCount('data')).toBe(0);
    expect(String(body.read())).toBe('second');
  });
});

async function all(bytes: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return chunks;
}
