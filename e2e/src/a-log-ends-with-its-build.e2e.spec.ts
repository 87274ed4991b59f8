import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Message, readStream } from './read-stream.ts';
import { sendModel, wish } from './send-model.ts';
import { smallModel, unknownModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';

describe('the log of a build', () => {
  let platform: PlatformProcess;
  beforeAll(async () => void (platform = await PlatformProcess.start()), 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it('that is released is told line by line and ends with it, from any line on', async () => {
    const { id } = await sendModel(platform.url, wish('logged/one', await smallModel('one')));
    const url = `${platform.url}/api/v1/builds/${id}/logs`;

    const followed = await allOf(url);
    const resumed = await Promise.all(followed.map(({ id: line }) => allOf(url, line)));

    const lines = followed.slice(0, -1);
    expect(followed.at(-1)).toMatchObject({ event: 'end', data: { state: 'released' } });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.map(({ event, id: line }) => [event, line])).toEqual(
      lines.map((_, n) => ['line', String(n + 1)]),
    );
    expect(resumed.slice(0, -1)).toEqual(lines.map((_, n) => followed.slice(n + 1)));
    const text = await (await fetch(url)).text();
    expect(text).toBe(lines.map(({ data }) => `${String(data['text'])}\n`).join(''));
    expect(text).toContain('pushed sha256:');
  });

  it('that failed ends with that', async () => {
    const { id } = await sendModel(platform.url, wish('logged/two', await unknownModel('two')));

    const followed = await allOf(`${platform.url}/api/v1/builds/${id}/logs`);

    expect(followed.at(-1)).toMatchObject({ event: 'end', data: { state: 'failed' } });
  });

  it('of which nobody knows is not found', async () => {
    const url = `${platform.url}/api/v1/builds/00000000-0000-7000-8000-000000000000/logs`;

    const response = await fetch(url, { headers: { accept: 'text/event-stream' } });

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'BUILD_NOT_FOUND' });
  });
});

/** Everything up to the end of the stream, which the platform closes. */
async function allOf(url: string, after?: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for await (const message of readStream(url, after)) messages.push(message);
  return messages;
}
