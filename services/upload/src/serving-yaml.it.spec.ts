import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { aTar, layersOf } from './test-models.ts';
import { TestUploads } from './test-uploads.ts';

describe('serving.yaml at the root of an archive', () => {
  it('says how to build, and is no payload', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const model = { 'model.onnx': Buffer.alloc(700, 'onnx') };
    await using tar = await aTar({
      ...model,
      'serving.yaml': Buffer.from(
        'kind: Model\nname: other\nmetadata: { stage: test }\naliases: [beta]\n',
      ),
    });

    const answer = await upload.sendFile(tar.path, 'application/x-tar');

    expect(answer.json).toMatchObject({
      model: 'iris',
      spec: { metadata: { stage: 'test' }, aliases: ['beta'] },
    });
    expect(await upload.layers()).toEqual(await layersOf(model));
  });

  it('chooses the payload', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const chosen = {
      'serving.yaml': Buffer.from('kind: Model\npayload: [./src/, serving.yaml, "*.onnx"]\n'),
      'src/main.py': Buffer.from('x'),
      'model.onnx': Buffer.alloc(700, 'onnx'),
    };
    await using tar = await aTar({ ...chosen, 'notes.md': Buffer.from('x') });

    await upload.sendFile(tar.path, 'application/x-tar');

    expect(await upload.layers()).toEqual(await layersOf(chosen));
  });

  it.each([
    ['kind: Model\nruntim: x\n', "serving.yaml (line 2): 'runtim' is no key here"],
    ['kind: Model\naliases: [Beta]\n', "serving.yaml (line 1): 'aliases.0' must begin with"],
    ['kind: Model\npayload: [none.bin]\n', 'names "none.bin", which is not in the archive'],
    ['kind: Model\n---\nkind: Model\n', 'describes 2 models'],
  ])('is refused: %j', async (yaml, said) => {
    await using upload = await TestUploads.start(await startPostgres());
    await using tar = await aTar({ 'serving.yaml': Buffer.from(yaml), 'a.bin': Buffer.of(1) });

    const refused = await upload.sendFile(tar.path, 'application/x-tar');

    expect(refused).toMatchObject({ status: 422, json: { code: 'SPEC_INVALID' } });
    expect(refused.json.detail).toContain(said);
    expect(await upload.count('proven_blob')).toBe(0);
    expect(await upload.spooled()).toEqual([]);
  });
});
