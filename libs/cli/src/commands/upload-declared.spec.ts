import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { somewhere } from '../testing/somewhere.ts';

describe('floe upload with a serving.yaml', () => {
  it('takes name, team, files and build from it', async () => {
    await using place = await somewhere();
    await writeFile(
      join(place.folder, 'serving.yaml'),
      `kind: Model
name: adult
team: demo
runtime: a/b:1
payload: [src, '*.onnx']
metadata: { stage: test, owner: me }
monitoring: []
contract:
  inputs: { x: { shape: [-1, 4], type: float32 } }
  outputs: { y: { shape: scalar, type: int64 } }
`,
    );
    await mkdir(join(place.folder, 'src'));
    await writeFile(join(place.folder, 'src/main.py'), 'x');
    await writeFile(join(place.folder, 'notes.md'), 'x');

    const { code, err } = await place.floe('upload', place.folder, '--meta', 'stage=prod');
    await place.floe('pull', 'demo/adult:1', join(place.folder, '../pulled'));

    expect(code).toBe(0);
    expect(err).toContain('without effect in serving.yaml: monitoring');
    expect([...place.platform.builds.requests.values()]).toMatchObject([
      {
        runtime: 'a/b:1',
        metadata: { stage: 'prod', owner: 'me' },
        contract: {
          name: 'predict',
          inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] }],
          outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [] }],
        },
      },
    ]);
    const pulled = await readdir(join(place.folder, '../pulled'));
    expect(pulled.toSorted()).toEqual(['model.onnx', 'src']);
  });

  it('sends everything but the specification when it names no payload', async () => {
    await using place = await somewhere();
    await writeFile(join(place.folder, 'serving.yaml'), 'kind: Model\nname: adult\n');

    const { out } = await place.floe(
      'upload',
      join(place.folder, 'serving.yaml'),
      '--dry-run',
      '--json',
    );

    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      team: 'default',
      name: 'adult',
      files: [{ path: 'model.onnx', sizeBytes: 5 }],
    });
  });

  it.each([
    ['kind: Model\nname: Adult\n', '"adult" can'],
    ['kind: Model\npayload: [../x]\n', 'outside of the folder'],
    ['kind: Model\npayload: [no.onnx]\n', 'not in the folder'],
    ['kind: Model\nruntim: x\n', 'line 2'],
    ['kind: Model\n---\nkind: Model\n', '2 models'],
  ])('refuses %j', async (text, said) => {
    await using place = await somewhere();
    await writeFile(join(place.folder, 'serving.yaml'), text);

    const { code, err } = await place.floe('upload', place.folder);

    expect(code).toBe(2);
    expect(err.join('\n')).toContain(said);
  });
});

describe('floe upload --contract', () => {
  const section = `contract:
  inputs: { x: { shape: [-1, 4], type: float32 } }
  outputs: { y: { shape: scalar, type: int64 } }
`;
  const contract = {
    name: 'predict',
    inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 4] }],
    outputs: [{ name: 'y', dtype: 'int64', shape: [] }],
  };
  const prototxt = `signature_name: "predict"
inputs { name: "x" dtype: DT_FLOAT shape { dim { size: -1 } dim { size: 4 } } }
outputs { name: "y" dtype: DT_INT64 shape { } }
`;

  it.each([
    ['a section', 'c.yaml', section],
    ['a serving.yaml', 'c.yaml', `kind: Model\n${section}`],
    ['JSON', 'c.json', JSON.stringify(contract)],
    ['a prototxt', 'c.prototxt', prototxt],
  ])('reads %s', async (_, file, text) => {
    await using place = await somewhere();
    const path = join(place.folder, '..', file);
    await writeFile(path, text);

    const { err } = await place.floe('upload', place.folder, '--contract', path);

    expect(err.join('\n')).not.toContain('floe:');
    expect([...place.platform.builds.requests.values()]).toMatchObject([
      {
        contract: {
          inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] }],
          outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [] }],
        },
      },
    ]);
  });

  it.each([
    ['nothing of the kind', 'holds no contract'],
    ['contract:\n  inputs: { x: { type: float33 } }\n', 'float33'],
  ])('refuses %j', async (text, said) => {
    await using place = await somewhere();
    const path = join(place.folder, '..', 'c.yaml');
    await writeFile(path, text);

    const { code, err } = await place.floe('upload', place.folder, '--contract', path);

    expect(code).toBe(2);
    expect(err.join('\n')).toContain(said);
  });
});
