import { describe, expect, it } from 'vitest';

import { FloeClient } from '../floe-client.ts';
import { FakePlatform } from '../testing/index.ts';
import { readSse, type SseMessage } from './sse.ts';

const quick = { firstDelayMs: 1, maxDelayMs: 2 };

async function messagesIn(...chunks: readonly string[]): Promise<readonly SseMessage[]> {
  const bytes = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
  return await listOf(readSse(bytes));
}

async function listOf<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('readSse', () => {
  it('reads messages however the bytes are cut', async () => {
    const stream =
      'id: 1\r\nevent: line\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: alive\r\n\r\ndata: ü\n\n';
    const whole = await messagesIn(stream);

    expect(whole).toEqual([
      { id: '1', event: 'line', data: '{"a":\n1}' },
      { id: '1', event: 'message', data: 'ü' },
    ]);
    for (let at = 1; at < stream.length; at += 1) {
      expect(await messagesIn(stream.slice(0, at), stream.slice(at))).toEqual(whole);
    }
  });

  it('gives no message that was cut off', async () => {
    expect(await messagesIn('data: 1\n\ndata: 2\n')).toHaveLength(1);
  });
});

describe('events', () => {
  it('gives each fact once, in order, over connections that break', async () => {
    await using platform = await FakePlatform.start();
    for (let n = 0; n < 20; n += 1) platform.streams.addFact('BuildEnded', { n });
    platform.streams.cutAfter = 3;
    const client = new FloeClient({ url: platform.url, retry: quick });

    const seen: unknown[] = [];
    for await (const item of client.events({ team: 'demo', after: '4' })) {
      if (item.kind === 'fact') seen.push(item.fact.data['n']);
      if (seen.length === 16) break;
    }

    expect(seen).toEqual(Array.from({ length: 16 }, (_, n) => n + 4));
    expect(platform.calls[0]).toBe('GET /api/v1/events?team=demo');
  });

  it('ends with its signal', async () => {
    await using platform = await FakePlatform.start();
    platform.streams.addFact('ModelUploaded', {});
    const abort = new AbortController();
    const client = new FloeClient({ url: platform.url, retry: quick });

    const watching = async (): Promise<void> => {
      for await (const { kind } of client.events({ signal: abort.signal })) {
        if (kind === 'fact') abort.abort(new Error('enough'));
      }
    };

    await expect(watching()).rejects.toThrow('enough');
  });

  it('does not ask again where it is refused', async () => {
    await using platform = await FakePlatform.start();
    platform.fault = () => ({ status: 403 });
    const client = new FloeClient({ url: platform.url, retry: quick });

    await expect(client.events().next()).rejects.toMatchObject({ status: 403 });
    expect(platform.calls).toHaveLength(1);
  });
});

describe('log', () => {
  it('gives each line once and ends with the state of the build', async () => {
    await using platform = await FakePlatform.start();
    for (const text of ['one', 'two', 'three', 'four']) platform.streams.addLine(text);
    platform.streams.endLog('failed');
    platform.streams.cutAfter = 2;
    const client = new FloeClient({ url: platform.url, retry: quick });

    const items = await listOf(client.builds.log('some'));

    const texts = items.map((item) => (item.kind === 'line' ? item.line.text : item.state));
    expect(texts).toEqual(['one', 'two', 'three', 'four', 'failed']);
  });
});
