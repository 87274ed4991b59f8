import { readFile } from 'node:fs/promises';

import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { aTar } from './test-models.ts';
import { BUILDS, TestUploads } from './test-uploads.ts';

const MIB = 1_024 ** 2;
const FILES = 3_000;
const TYPE = { 'content-type': 'application/x-tar' };

describe('archives of many files', () => {
  it.each([
    ['archiveTeamMemoryBytes', 429, 'TOO_MANY_REQUESTS'],
    ['archiveMemoryBytes', 503, 'OVERLOADED'],
  ])(
    'are told to come again beyond %s, and are taken afterwards',
    async (setting, status, code) => {
      const archives = { [setting]: 3 * MIB };
      await using upload = await TestUploads.start(await startPostgres(), { archives });
      const names = Array.from({ length: FILES }, (_, n) => `${n}`);
      await using tar = await aTar(Object.fromEntries(names.map((name) => [name, Buffer.of()])));
      const bytes = await readFile(tar.path);
      const stop = new AbortController();
      const held = upload.send(BUILDS, sentUntil(stop.signal, bytes), TYPE).catch(() => {});

      const refused = await eventually(async () => {
        const answer = await upload.send(BUILDS, bytes, TYPE);
        return answer.status !== 202 && answer;
      });
      stop.abort();
      await held;

      expect(refused).toMatchObject({ status, json: { code } });
      expect(refused.json).toMatchObject({ detail: expect.stringContaining('files') as string });
      await eventually(async () => (await upload.send(BUILDS, bytes, TYPE)).status === 202);
      expect(await upload.spooled()).toEqual([]);
    },
  );
});

/** All but the archive's end, which never comes: the body breaks off at the abort. */
function sentUntil(signal: AbortSignal, bytes: Buffer): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.subarray(0, -2 * 1_024));
      signal.addEventListener('abort', () => controller.error(new Error('broken off')));
    },
  });
}
