import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { FakePlatform } from '../testing/index.ts';
import { Transport } from '../transport/transport.ts';
import { blobBytes } from './blob-bytes.ts';

const bytes = Buffer.alloc(300_000, 'floe');
const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const path = `/v2/demo/iris/blobs/${digest}`;

describe('blobBytes', () => {
  it('frees a chunk when the next one is asked for', async () => {
    await using platform = await FakePlatform.start();
    platform.builds.blobs.set(digest, bytes);
    const transport = new Transport({ url: platform.url });

    const seen: Uint8Array[] = [];
    let total = 0;
    for await (const chunk of blobBytes(transport, path, digest, undefined)) {
      total += chunk.length;
      seen.push(chunk);
    }

    expect(total).toBe(bytes.length);
    expect(seen.map(({ buffer }) => buffer.byteLength)).toEqual(seen.map(() => 0));
  });

  it('leaves the memory of a fetch that was given to its owner', async () => {
    const mine = new Uint8Array(bytes);
    const body = (): ReadableStream<Uint8Array> => ReadableStream.from([mine]);
    const transport = new Transport({
      url: 'http://floe.test',
      fetch: async () => new Response(body()),
    });

    for await (const chunk of blobBytes(transport, path, digest, undefined))
      expect(chunk.buffer === mine.buffer).toBe(true);

    expect(mine).toHaveLength(bytes.length);
  });
});
