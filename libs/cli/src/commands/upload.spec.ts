import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FakePlatform, temporaryFolder } from '@floe/client/testing';
import { describe, expect, it } from 'vitest';

import { runFloe } from '../testing/run-floe.ts';
import { somewhere } from '../testing/somewhere.ts';

describe('floe upload', () => {
  it('names the model after its folder and shows the version', async () => {
    await using place = await somewhere();
    const { host } = new URL(place.platform.url);
    const signature = {
      name: 'predict',
      inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] }],
      outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [-1] }],
    };
    place.platform.builds.outcome = { state: 'released', signature };

    const { code, out, err } = await place.floe('upload', place.folder);

    expect(code).toBe(0);
    expect(out[0]).toBe('default/iris version 1 released');
    expect(out).toContain(`  image      ${host}/default/iris:1`);
    expect(out).toContain('  signature  x float32[-1, 4] → y int64[-1]');
    expect(out.some((line) => line.includes('0 of 1 layer already there: sent 3.1 kB'))).toBe(true);
    expect(err[0]).toBe('1 file, 3.1 kB in 1 layer');
  });

  it('prints one JSON document and nothing else on stdout', async () => {
    await using place = await somewhere();

    const { out } = await place.floe('upload', place.folder, '--json', '-m', 'demo/x');

    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      team: 'demo',
      model: 'x',
      version: 1,
      upload: { layers: 1, presentLayers: 0 },
    });
  });

  it('passes what it was told to the build', async () => {
    await using place = await somewhere();

    await place.floe(
      'upload',
      place.folder,
      ...`--runtime a/b:1 --meta stage=prod=1 --meta a=b --alias live --alias best`.split(' '),
      '--install',
      'pip install x',
      '--allow-unknown-signature',
      '--signature-override',
      'I know',
    );

    expect([...place.platform.builds.requests.values()]).toMatchObject([
      {
        runtime: 'a/b:1',
        installCommand: 'pip install x',
        metadata: { stage: 'prod=1', a: 'b' },
        aliases: ['live', 'best'],
        allowUnknownSignature: true,
        signatureOverride: 'I know',
      },
    ]);
  });

  it('fails with 1, the reason and what to do when the build fails', async () => {
    await using place = await somewhere();
    const error = {
      stage: 'inferring',
      code: 'SIGNATURE_UNKNOWN',
      message: 'Nothing tells it.',
      hint: 'Declare it.',
    };
    place.platform.builds.outcome = { state: 'failed', error };

    const { code, out, err } = await place.floe('upload', place.folder);

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.slice(-2).join('\n').split('\n')).toEqual([
      'floe: the build of default/iris failed: SIGNATURE_UNKNOWN: Nothing tells it.',
      '  Declare it.',
      '',
      '  --contract <file> takes that section; --allow-unknown-signature releases without one',
    ]);
  });

  it('says in one line what it leaves out', async () => {
    await using place = await somewhere();
    for (let n = 0; n < 13; n += 1) await writeFile(join(place.folder, `${n}.pyc`), 'x');

    const { err } = await place.floe('upload', place.folder);

    expect(err[0]).toMatch(/^left out: 0\.pyc 1\.pyc .* and 3 more$/);
  });

  it('waits for a catalogue that has not read of the build yet', async () => {
    await using place = await somewhere();
    place.platform.builds.before = ['received'];
    place.platform.builds.untoldLooks = 2;

    const { code, out } = await place.floe('upload', place.folder);

    expect(code).toBe(0);
    expect(out[0]).toBe('default/iris version 1 released');
  });

  it('returns with the id when it shall not wait', async () => {
    await using place = await somewhere();
    place.platform.builds.before = ['received'];

    const { code, out } = await place.floe('upload', place.folder, '--no-wait');

    const [build] = place.platform.builds.all;
    expect(code).toBe(0);
    expect(out[0]).toBe(`default/iris accepted as build ${build?.id}`);
  });

  it('changes nothing in a dry run', async () => {
    await using place = await somewhere();
    await writeFile(join(place.folder, 'big.bin'), Buffer.alloc(5_000_000));
    await place.floe('upload', place.folder);
    await writeFile(join(place.folder, 'model.onnx'), 'other');
    place.platform.requests.length = 0;

    const { code, out } = await place.floe('upload', place.folder, '--dry-run');

    expect(code).toBe(0);
    expect(out).toContain('model.onnx  5 B');
    expect(out.at(-1)).toBe('1 of 2 layers already there: 3.1 kB to send');
    expect(place.platform.calls).toEqual(['POST /api/v1/teams/default/blobs']);
  });

  it('makes no version of what did not change, and moves the aliases', async () => {
    await using place = await somewhere();
    const files = { count: 1, bytes: 5 };
    place.platform.builds.outcome = { state: 'released', files };
    await place.floe('upload', place.folder);

    const kept = await place.floe('upload', place.folder, '--if-changed', '--alias', 'live');
    const made = await place.floe('upload', place.folder, '--if-changed', '--runtime', 'a/b:1');
    await writeFile(join(place.folder, 'model.onnx'), 'other');
    const changed = await place.floe('upload', place.folder, '--if-changed', '--runtime', 'a/b:1');

    expect(kept.out[0]).toBe('default/iris version 1 is unchanged');
    expect(place.platform.calls).toContain('PUT /api/v1/models/default/iris/aliases/live');
    expect(made.out[0]).toBe('default/iris version 2 released');
    expect(changed.out[0]).toBe('default/iris version 3 released');
  });

  it('says which command goes on when it is interrupted', async () => {
    await using platform = await FakePlatform.start();
    await using home = await temporaryFolder({ 'my iris/model.onnx': 'bytes' });
    const interrupt = new AbortController();
    platform.fault = ({ method }) => {
      if (method === 'PUT') interrupt.abort(new Error('interrupted'));
      return undefined;
    };

    const words = ['upload', join(home.path, 'my iris'), '-m', 'iris'];
    const { code, err } = await runFloe(
      words,
      { url: platform.url, home: home.path },
      interrupt.signal,
    );

    expect(code).toBe(130);
    expect(err.at(-1)).toContain(`floe upload '${home.path}/my iris' -m iris`);
  });

  it('sends the metadata of git', async () => {
    await using place = await somewhere();
    const git = (...words: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
        cwd: place.folder,
        encoding: 'utf8',
      });
    git('init', '-q', '-b', 'trunk');
    git('add', '.');
    git('commit', '-q', '-m', 'first');

    await place.floe('upload', place.folder);
    await writeFile(join(place.folder, 'model.onnx'), 'other');
    await place.floe('upload', place.folder, '--meta', 'git.branch=mine');

    const commit = git('rev-parse', 'HEAD').trim();
    expect([...place.platform.builds.requests.values()].map(({ metadata }) => metadata)).toEqual([
      { 'git.commit': commit, 'git.branch': 'trunk', 'git.dirty': 'false' },
      { 'git.commit': commit, 'git.branch': 'mine', 'git.dirty': 'true' },
    ]);
  });
});
