import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import type { Build } from '@floe/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';
import { hostileFixtures } from './hostile-fixtures.ts';

describe('a platform that is sent files written to do harm', () => {
  let platform: PlatformProcess;

  beforeAll(async () => {
    platform = await PlatformProcess.start();
  }, 120_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it.each(hostileFixtures.map((fixture) => [fixture.name, fixture] as const))(
    'ends the build of %s with a reason',
    async (name, { bytes, expected, isFolder }) => {
      const { state, error } = await built(platform.url, name, bytes, isFolder);

      expect(['failed', ...(expected === 'error-or-none' ? [] : ['released'])]).toContain(state);
      expect(error?.code).not.toBe('INTERNAL');
      expect(error?.message ?? 'released').not.toBe('');
    },
  );

  it('has run nothing of them, and builds what is sent next', async () => {
    const marks = (await readdir(tmpdir())).filter((name) =>
      name.startsWith('fixture-was-executed'),
    );

    const next = await sendModel(platform.url, wish('next/one', await smallModel('a')), '30s');

    expect(marks).toEqual([]);
    expect(next).toMatchObject({ state: 'released', version: 1 });
  });
});

async function built(
  url: string,
  name: string,
  body: Uint8Array<ArrayBuffer>,
  isFolder: boolean,
): Promise<Build> {
  const query = isFolder ? 'wait=30s' : `filename=${name}&wait=30s`;
  const headers = { 'content-type': isFolder ? 'application/x-tar' : 'application/octet-stream' };
  const response = await fetch(`${url}/api/v1/models/hostile/one/builds?${query}`, {
    method: 'POST',
    headers,
    body,
  });
  return (await response.json()) as Build;
}
