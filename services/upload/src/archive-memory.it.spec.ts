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
      const hold = () => held(upload, bytes);
      let other = hold();

      // Of two that grow at the same time either may be refused.
      const refused = await eventually(async () => {
        if (other.isAnswered()) other = hold();
        const answer = await upload.send(BUILDS, bytes, TYPE);
        return answer.status !== 202 && answer;
      });
      await other[Symbol.asyncDispose]();

      expect(refused).toMatchObject({ status, json: { code } });
      expect(refused.json).toMatchObject({ detail: expect.stringContaining('files') as string });
      await eventually(async () => (await upload.send(BUILDS, bytes, TYPE)).status === 202);
      expect(await upload.spooled()).toEqual([]);
    },
  );
});

/** Sends all but the archive's end, which never comes: the body breaks off when it is disposed of. */
function held(upload: TestUploads, bytes: Buffer) {
  let isAnswered = false;
  const { promise: ended, reject: breakOff } = Promise.withResolvers<never>();
  async function* body() {
    yield bytes.subarray(0, -2 * 1_024);
    yield await ended;
  }
  const answer = upload.send(BUILDS, ReadableStream.from(body()), TYPE).then(
    () => (isAnswered = true),
    () => {},
  );
  return {
    isAnswered: () => isAnswered,
    async [Symbol.asyncDispose]() {
      breakOff(new Error('broken off'));
      await answer;
    },
  };
}
