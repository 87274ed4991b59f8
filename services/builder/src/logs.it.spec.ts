import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { BuildEnded, ModelUploaded, SignatureInferred } from '@floe/contracts';
import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { inferred, TestBuilder } from './test-builder.ts';
import { TestRegistry } from './test-registry.ts';

const layer = Buffer.from('the bytes of a layer');

describe('GET /api/v1/builds/{id}/logs', () => {
  it('gives the lines that are there as plain text', async () => {
    await using rig = await start();
    const build = await rig.built();

    const answer = await rig.get(build.buildId);

    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toMatch(/^assembling demo\/iris from 2 layers\n.*\npushed sha256:/);
  });

  it('streams each line with its number, and the end with its state', async () => {
    await using rig = await start();
    const build = await rig.built();
    await rig.end(build);

    const events = await rig.follow(build.buildId);

    expect(events.map(({ event }) => event)).toEqual(['line', 'line', 'line', 'end']);
    expect(events.map(({ id }) => id)).toEqual(['1', '2', '3', undefined]);
    expect(events[0]?.data).toMatchObject({
      n: 1,
      stream: 'floe',
      text: 'assembling demo/iris from 2 layers',
    });
    expect(events.at(-1)?.data).toEqual({ state: 'released' });
  });

  it('goes on behind the last line that the client has', async () => {
    await using rig = await start();
    const build = await rig.built();
    await rig.end(build);

    const events = await rig.follow(build.buildId, { 'last-event-id': '2' });

    expect(events.map(({ id }) => id)).toEqual(['3', undefined]);
  });

  it('waits for the lines and the end that are to come', async () => {
    await using rig = await start();
    const build = inferred([await rig.builder.stored(layer)]);
    const { team, model, buildId, at, upload } = build;
    await rig.builder.tell(ModelUploaded, { team, model, buildId, at, upload });

    const following = rig.follow(buildId);
    await sleep(50);
    await rig.builder.tell(SignatureInferred, build);
    await sleep(100);
    await rig.end(build);

    expect((await following).map(({ event }) => event)).toEqual(['line', 'line', 'line', 'end']);
  });

  it('has no line of a build that ended before it was built, but its end', async () => {
    await using rig = await start();
    const build = inferred([]);
    await rig.end(build, 'failed');

    const events = await rig.follow(build.buildId);

    expect(events).toEqual([{ event: 'end', data: { state: 'failed' } }]);
  });

  it('answers 404 for a build that nothing tells of', async () => {
    await using rig = await start();

    const answer = await rig.get(randomUUID());

    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'BUILD_NOT_FOUND' });
  });
});

interface StreamEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: unknown;
}

async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await TestRegistry.start());
  const builder = opened.use(await TestBuilder.start(postgres.url, registry.url));
  const started = opened.move();
  const get = (buildId: string, headers: Record<string, string> = {}) =>
    builder.app.inject({ method: 'GET', url: `/api/v1/builds/${buildId}/logs`, headers });

  return {
    builder,
    get,
    built: async () => {
      const build = inferred([await builder.stored(layer)]);
      await builder.tell(SignatureInferred, build);
      await eventually(() => builder.namesOf(build.buildId).length >= 4);
      return build;
    },
    end: (
      { team, model, buildId, at }: SignatureInferred,
      outcome: BuildEnded['outcome'] = 'released',
    ) =>
      builder.tell(BuildEnded, {
        team,
        model,
        buildId,
        at,
        outcome,
        warnings: [],
        timeline: [],
      }),
    follow: async (buildId: string, headers: Record<string, string> = {}) => {
      const answer = await get(buildId, { accept: 'text/event-stream', ...headers });
      return eventsOf(answer.body);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function eventsOf(body: string): readonly StreamEvent[] {
  return body
    .split('\n\n')
    .filter((frame) => frame.includes('data: '))
    .map((frame) => {
      const fields = Object.fromEntries(
        frame.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)),
      ) as Record<'id' | 'event' | 'data', string>;
      return { ...fields, data: JSON.parse(fields.data) as unknown };
    });
}
