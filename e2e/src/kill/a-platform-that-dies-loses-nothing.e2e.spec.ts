import { randomBytes } from 'node:crypto';

import { type Build, LocalModel, upload, type Uploaded, walk } from '@floe/client';
import { temporaryFolder } from '@floe/client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { sendModel, type Wish, wish } from '../send-model.ts';
import { smallModel, unknownModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';
import { FAIL_POINTS, failPointsOfSpecs, failPointsOfTheSource } from './fail-points.ts';
import { PART_FAIL_POINTS } from './part-fail-points.ts';

const WISHES = 6;
const LARGE_BYTES = 40 * 1024 * 1024;
const LARGE_PARTS = 3;

describe('a platform that dies', () => {
  const hit = new Set<string>();
  let platform: PlatformProcess;
  beforeAll(async () => void (platform = await PlatformProcess.start()), 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it.each(Object.entries(FAIL_POINTS))(
    'at %s ends every accepted build after its restart, with one version each',
    async (name, time) => {
      const wishes = await wishesOf(name);
      await platform.kill();

      await platform.restart({
        env: { FLOE_FAIL_POINT: `${name}:${time}` },
        readyPath: '/healthz',
      });
      const first = await Promise.allSettled(wishes.map((each) => sendModel(platform.url, each)));
      const death = await platform.ended();
      await platform.restart();
      const broken = await settled(platform);
      const again = await Promise.all(wishes.map((each) => sendModel(platform.url, each, '30s')));

      expect(death).toMatchObject({ code: null, signal: 'SIGKILL' });
      expect(death.stderr).toContain(`fail point ${name}\n`);
      hit.add(name);
      expect(broken).toEqual([]);
      expect(await settled(platform)).toEqual([]);
      expect(acceptedOf(first).filter((id) => !again.some((build) => build.id === id))).toEqual([]);
      expect(endsOf(again)).toEqual([
        ...Array.from({ length: WISHES - 1 }, () => 'released'),
        'SIGNATURE_UNKNOWN',
      ]);
      expect(await versionsOf(wishes, platform)).toBe(WISHES - 1);
    },
    60_000,
  );

  it.each(Object.entries(PART_FAIL_POINTS))(
    'at %s has what came of an upload in parts',
    async (name, time) => {
      await using folder = await temporaryFolder({ 'weights.bin': randomBytes(LARGE_BYTES) });
      const { items } = await walk(folder.path);
      const send = (): Promise<Uploaded> =>
        upload(
          platform.client,
          new LocalModel(items),
          { team: 'parts', name: name.replaceAll('.', '-') },
          { allowUnknownSignature: true },
        );
      await platform.kill();

      await platform.restart({
        env: { FLOE_FAIL_POINT: `${name}:${time}` },
        readyPath: '/healthz',
      });
      const first = send().catch(() => undefined);
      const death = await platform.ended();
      await platform.restart();
      const { build } = (await first) ?? (await send());

      expect(death.stderr).toContain(`fail point ${name}\n`);
      hit.add(name);
      expect(build).toMatchObject({ state: 'released', version: 1 });
      expect(await settled(platform)).toEqual([]);
      expect(await partsStored(platform)).toBe(LARGE_PARTS);
    },
    90_000,
  );

  it('has died at every fail point of the source', async () => {
    const there = await failPointsOfTheSource();
    const elsewhere = await failPointsOfSpecs();

    expect([...there].filter((name) => !hit.has(name) && !elsewhere.has(name))).toEqual([]);
    expect([...hit].filter((name) => !there.has(name))).toEqual([]);
  });
});

/** Builds of two models, one of them without a signature. */
async function wishesOf(name: string): Promise<readonly Wish[]> {
  const model = name.replaceAll('.', '-');
  const good = await Promise.all(
    Array.from({ length: WISHES - 1 }, async (_, n) =>
      wish(`${n % 2 === 0 ? 'even' : 'odd'}/${model}`, await smallModel(`${name} ${n}`)),
    ),
  );
  return [...good, wish(`even/${model}`, await unknownModel(name))];
}

/** Of the last upload: what had come before went on in it. */
async function partsStored(platform: PlatformProcess): Promise<number> {
  const [row] = await platform.sql<{ count: number }>(
    `SELECT count(*)::int FROM upload.upload_part WHERE upload_id =
       (SELECT upload_id FROM upload.upload_session ORDER BY ordinal DESC LIMIT 1)`,
  );
  return row?.count ?? 0;
}

function acceptedOf(answers: readonly PromiseSettledResult<Build>[]): readonly string[] {
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : []));
}

function endsOf(builds: readonly Build[]): readonly string[] {
  return builds.map(({ state, error }) => error?.code ?? state);
}

async function versionsOf(wishes: readonly Wish[], platform: PlatformProcess): Promise<number> {
  const [row] = await platform.sql<{ count: number }>(
    `SELECT count(*)::int FROM catalogue.version WHERE team || '/' || model = ANY($1)`,
    [wishes.map(({ model }) => model)],
  );
  return row?.count ?? 0;
}
