import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FileRange } from './file/file-range.ts';
import { spentWhenSent } from './spent-when-sent.ts';
import { own } from './spent.ts';

const BYTES = randomBytes(4 * 1024 * 1024 + 7);
const DIGEST = digestOf(BYTES);

describe('what is spent when it is sent', () => {
  const sent: Uint8Array[] = [];
  let folder: string;
  const server = createServer((_, response) => {
    const range = new FileRange(join(folder, 'blob'), { start: 0, end: BYTES.length });
    range.on('data', (chunk: Uint8Array) => sent.push(chunk));
    response.once('close', () => range.destroy());
    spentWhenSent(range).pipe(response);
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'floe-sent-'));
    await writeFile(join(folder, 'blob'), BYTES);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('is whole, and none of its memory is left', async () => {
    sent.length = 0;

    expect(digestOf(await buffer(await asked()))).toBe(DIGEST);

    expect(sent).toHaveLength(Math.ceil(BYTES.length / (256 * 1024)));
    expect(sent.filter(({ buffer: memory }) => memory.byteLength > 0)).toEqual([]);
  });

  it('is whole for readers of any speed while others leave', async () => {
    const leaving = Array.from({ length: 20 }, async (_, at) => {
      const answer = await asked();
      await sleep(at % 5);
      answer.destroy();
    });
    const reading = Array.from({ length: 20 }, async (_, at) => {
      const hash = createHash('sha256');
      for await (const chunk of await asked()) {
        if (at % 3 === 0) await sleep(1);
        hash.update(chunk as Uint8Array);
      }
      return hash.digest('hex');
    });

    expect(new Set(await Promise.all(reading))).toEqual(new Set([DIGEST]));
    await Promise.all(leaving);
  });

  it('ends its reader, or leaves it open where it is told to', async () => {
    const open = new PassThrough();
    spentWhenSent(Readable.from([Buffer.from('a')])).pipe(open, { end: false });
    expect(String((await once(open, 'data'))[0])).toBe('a');
    await sleep(10);
    expect(open.writableEnded).toBe(false);

    expect(
      String(
        await buffer(spentWhenSent(Readable.from([Buffer.from('b')])).pipe(new PassThrough())),
      ),
    ).toBe('b');
  });

  it('is what was said to be its own, and not before it is taken', async () => {
    const [mine, another] = [Buffer.alloc(100, 1), Buffer.alloc(100, 2)].map(
      (bytes) => new Uint8Array(bytes),
    ) as [Uint8Array, Uint8Array];

    const came: Buffer[] = [];
    const slow = new Writable({
      write: (chunk: Uint8Array, _, done) => {
        setTimeout(() => {
          came.push(Buffer.from(chunk));
          done();
        }, 5);
      },
    });

    await finished(spentWhenSent(Readable.from([own(mine), another])).pipe(slow));

    expect(Buffer.concat(came)).toEqual(Buffer.concat([Buffer.alloc(100, 1), another]));
    expect([mine.length, another.length]).toEqual([0, 100]);
  });

  async function asked(): Promise<IncomingMessage> {
    const { port } = server.address() as AddressInfo;
    const [answer] = (await once(get({ port, agent: false }), 'response')) as [IncomingMessage];
    return answer;
  }
});

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
