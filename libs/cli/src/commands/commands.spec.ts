import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FakePlatform, temporaryFolder } from '@floe/client/testing';
import { describe, expect, it } from 'vitest';

import { runFloe } from '../testing/run-floe.ts';
import { somewhere } from '../testing/somewhere.ts';

describe('floe', () => {
  it('lists, shows and pulls what was uploaded', async () => {
    await using place = await somewhere();
    await place.floe('upload', place.folder);
    const target = join(place.folder, '..', 'pulled');

    const models = await place.floe('models');
    const versions = await place.floe('versions', 'iris', '--json');
    const version = await place.floe('show', 'iris:1');
    const pulled = await place.floe('pull', 'iris:1', target);

    expect(models.out).toHaveLength(2);
    expect(models.out[1]).toMatch(/^default\/iris +1 +1/);
    expect(versions.out.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ version: 1 }]);
    expect(version.out[0]).toBe('default/iris version 1 released');
    expect(pulled.out[0]).toBe(`default/iris:1, 1 file, 5 B in ${target}`);
    expect(await readFile(join(target, 'model.onnx'), 'utf8')).toBe('bytes');
  });

  it('lists the files of a version', async () => {
    await using place = await somewhere();
    await place.floe('upload', place.folder);

    const table = await place.floe('files', 'iris:1');
    const lines = await place.floe('files', 'iris:1', '--json');

    expect(table.out[1]).toMatch(/^model\.onnx +5 B +- +sha256:[0-9a-f]{12}$/);
    expect(lines.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { path: 'model.onnx', sizeBytes: 5, layer: expect.stringMatching(/^sha256:/) },
    ]);
    expect(await place.floe('files', 'iris')).toMatchObject({ code: 2 });
    expect(await place.floe('files', 'iris:7')).toMatchObject({ code: 4 });
  });

  it('says on stderr that a list is empty', async () => {
    await using place = await somewhere();

    expect(await place.floe('models')).toMatchObject({ code: 0, out: [] });
    expect(await place.floe('builds', '--json')).toEqual({ code: 0, out: [], err: [] });
  });

  it('prints the log of a build, and follows it to its end', async () => {
    await using place = await somewhere();
    place.platform.streams.addLine('one');
    place.platform.streams.addLine('two');
    place.platform.streams.endLog('released');

    expect((await place.floe('logs', 'some')).out).toEqual(['one\ntwo']);
    expect(await place.floe('logs', 'some', '-f')).toEqual({
      code: 0,
      out: ['one', 'two'],
      err: ['the build is released'],
    });
  });

  it('prints the facts that are kept and stops where they stop', async () => {
    await using place = await somewhere();
    const data = { team: 'demo', model: 'iris', buildId: 'b1', outcome: 'released', version: 1 };
    place.platform.streams.addFact('BuildEnded', data);

    const { code, out } = await place.floe('events', '-m', 'demo/iris');

    expect(code).toBe(0);
    expect(out).toEqual(['BuildEnded          demo/iris  b1  outcome=released  version=1']);
    expect(place.platform.calls).toEqual(['GET /api/v1/events?team=demo&model=iris']);
  });

  it('works with the cluster in use when the environment names none', async () => {
    await using platform = await FakePlatform.start();
    await using home = await temporaryFolder({});
    const at = { home: home.path };
    const gone = await FakePlatform.start();
    await gone[Symbol.asyncDispose]();

    await runFloe(['cluster', 'add', 'here', platform.url, '--team', 'demo', '--token', 't'], at);
    await runFloe(['cluster', 'add', 'there', gone.url], at);
    const listed = await runFloe(['cluster', 'list', '--json'], at);
    const shown = await runFloe(['show', 'iris'], at);
    await runFloe(['cluster', 'use', 'there'], at);
    const there = await runFloe(['platform'], at);

    expect(listed.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: 'here', url: platform.url, team: 'demo', current: true },
      { name: 'there', url: gone.url, current: false },
    ]);
    expect(shown.code).toBe(4);
    expect(platform.calls).toEqual(['GET /api/v1/models/demo/iris']);
    expect(platform.requests[0]?.headers.authorization).toBe('Bearer t');
    expect(there.code).toBe(3);
  });

  it.each([
    [2, ['upload', '/no/such/folder'], 'is not there'],
    [2, ['upload', '<folder>', '-m', 'My Model'], '"my-model" can'],
    [2, ['upload', '<folder>', '--meta', 'nothing'], 'is not key=value'],
    [2, ['upload', '<folder>/My Model'], '"my-model" can'],
    [2, ['uplaod'], 'Did you mean upload?'],
    [2, ['models', '--limit', 'none'], 'must be a number'],
    [2, ['builds', '-s', 'sleeping'], 'Allowed choices are'],
    [2, ['pull', 'iris'], 'names no version'],
    [2, ['cluster', 'use', 'nowhere'], 'there is no cluster nowhere'],
    [4, ['show', 'iris:7'], 'There is no version 7.'],
    [4, ['pull', 'iris:7', '<folder>/new'], 'no such manifest'],
  ])('ends with %i after %j', async (code, words, said) => {
    await using platform = await FakePlatform.start();
    await using home = await temporaryFolder({ 'model.onnx': 'bytes', 'My Model/model.onnx': 'x' });
    const resolved = words.map((word) => word.replace('<folder>', home.path));

    const ran = await runFloe(resolved, { url: platform.url, home: home.path });

    expect(ran.err.join('\n')).toContain(said);
    expect(ran).toMatchObject({ code, out: [] });
  });

  it('ends with 2 when the environment names no address', async () => {
    await using home = await temporaryFolder();

    const ran = await runFloe(['platform'], { url: 'localhost:8080', home: home.path });

    expect(ran).toMatchObject({ code: 2, out: [] });
    expect(ran.err.join('\n')).toContain('FLOE_URL is "localhost:8080"');
  });

  it('ends with 3 when nobody answers, and says how to start a platform', async () => {
    await using home = await temporaryFolder();
    const gone = await FakePlatform.start();
    await gone[Symbol.asyncDispose]();

    const ran = await runFloe(['platform'], { url: gone.url, home: home.path });

    expect(ran).toMatchObject({ code: 3, out: [] });
    expect(ran.err.join('\n')).toContain('nothing listens there');
  });
});
