import { describe, expect, it } from 'vitest';

import { type Place, somewhere } from '../testing/somewhere.ts';

const READY = { status: 200, body: { status: 'ready', checks: { database: 'ok' } } };

describe('floe verify', () => {
  it('ends with 0 and says how much it looked at', async () => {
    await using place = await somewhereSound();

    const { code, out, err } = await place.floe('verify', '--deep');

    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toEqual([
      expect.stringMatching(
        /^all well: 1 model, 2 versions, 1 alias, \d blobs? \(.* hashed\), 0 open builds, 1 process$/,
      ),
    ]);
  });

  it('tells a gap among the numbers, and a build with two of them', async () => {
    await using place = await somewhereSound();
    const { all } = place.platform.builds;
    const [first, second] = all;
    if (first && second) all.splice(0, 2, second, { ...first, id: second.id, version: 3 });

    const { code, out } = await place.floe('verify');

    expect(code).toBe(1);
    expect(out.join('\n')).toContain('versions default/iris has 2 right above 0');
    expect(out.join('\n')).toContain(`is of build ${second?.id}, as is default/iris:`);
  });

  it('tells what waits for too long, and only that', async () => {
    await using place = await somewhereSound();
    const metrics = [
      '# HELP floe_outbox_oldest_seconds Age.',
      'floe_outbox_oldest_seconds{service="upload"} 61',
      'floe_outbox_oldest_seconds{service="builder"} 59',
      'floe_job_oldest_waiting_seconds{service="inference"} 3600',
      'floe_source_up{source="registry \\"queue\\""} 0',
    ];
    place.platform.health = { readyz: READY, metrics: `${metrics.join('\n')}\n` };

    const { code, out } = await place.floe('verify', '--minutes', '1');

    expect(code).toBe(1);
    expect(out.slice(0, -1).map((line) => line.split('://')[1]?.replace(/^\S+ /, ''))).toEqual([
      'the outbox of upload holds a fact for 61 s',
      'a job of inference waits for 1 h 0 min',
      expect.stringContaining('cannot measure'),
    ]);
  });

  it('tells a partition that nobody reads, and none that is read though records come on and on', async () => {
    await using place = await somewhereSound();
    let asked = 0;
    place.platform.fault = ({ path }) => {
      if (path === '/metrics') asked += 1;
      const metrics = [lag('stuck', 3 + asked), lag('reading', 90 + (asked % 3))].join('\n');
      place.platform.health = { readyz: READY, metrics: `${metrics}\n` };
      return undefined;
    };

    const { code, out } = await place.floe('verify');

    expect(code).toBe(1);
    expect(out.slice(0, -1)).toEqual([
      expect.stringMatching(/stuck in t\/0: \d+ records that nobody reads$/),
    ]);
  }, 30_000);

  it('notes what was given up, and finds the rest well', async () => {
    await using place = await somewhereSound();
    const metrics = 'floe_dead_letters{group="builder",topic="t.builder.dead"} 2\n';
    place.platform.health = { readyz: READY, metrics };

    const { code, err } = await place.floe('verify');

    expect({ code, err }).toEqual({ code: 0, err: ['2 records given up in t.builder.dead'] });
  });

  it('tells which part of a process is away', async () => {
    await using place = await somewhereSound();
    const body = { status: 'not-ready', checks: { database: 'no answer', bus: 'ok' } };
    place.platform.health = { readyz: { status: 503, body }, metrics: '' };

    const { code, out } = await place.floe('verify', '--json');

    expect(code).toBe(1);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      ok: false,
      findings: [{ check: 'services', message: 'is not-ready (database: no answer)' }],
    });
  }, 30_000);

  it('waits for a process whose group is formed anew', async () => {
    await using place = await somewhereSound();
    const body = { status: 'not-ready', checks: { consumers: 'not (yet) a member' } };
    let asked = 0;
    place.platform.fault = ({ path }) => {
      if (path === '/readyz') asked += 1;
      const readyz = asked < 3 ? { status: 503, body } : READY;
      place.platform.health = { readyz, metrics: '' };
      return undefined;
    };

    const { code } = await place.floe('verify');

    expect({ code, asked }).toEqual({ code: 0, asked: 3 });
  });

  it('says that a proxy hides the processes, and asks those that are named', async () => {
    await using place = await somewhereSound();
    place.platform.health = undefined;

    const hidden = await place.floe('verify');
    const named = await place.floe('verify', '--service', place.platform.url, '--json');

    expect(hidden.code).toBe(0);
    expect(hidden.err[0]).toContain('name each with --service');
    expect(JSON.parse(named.out[0] ?? '')).toMatchObject({ ok: true, counts: { services: 0 } });
  });
});

/** With two versions of one model. */
async function somewhereSound(): Promise<Place & AsyncDisposable> {
  const place = await somewhere();
  place.platform.health = { readyz: READY, metrics: '' };
  await place.floe('upload', place.folder);
  await place.floe('upload', place.folder, '--meta', 'second=yes');
  const { builds } = place.platform;
  builds.manifests.set(
    'default/iris/latest',
    builds.manifests.get('default/iris/2') ?? Buffer.of(),
  );
  builds.blobs.set(EMPTY, Buffer.from('{}'));
  return place;
}

/** The configuration that the images of the fake platform name. */
const EMPTY = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

function lag(group: string, records: number): string {
  return `floe_consumer_lag_records{group="${group}",topic="t",partition="0"} ${records}`;
}
