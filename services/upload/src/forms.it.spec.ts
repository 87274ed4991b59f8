import { readFile } from 'node:fs/promises';

import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { aTar, layersOf } from './test-models.ts';
import { BUILDS, MIB, TestUploads } from './test-uploads.ts';

const model = {
  'model.onnx': Buffer.alloc(5 * MIB, 'onnx'),
  'labels.txt': Buffer.from('a'),
  'serving.yaml': Buffer.from('kind: Model\naliases: [beta]\npayload: [model.onnx, labels.txt]\n'),
};
const { 'serving.yaml': _, ...payload } = model;

describe('a form as the body', () => {
  it('is a specification and an archive: the layers are the same', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const form = formOf({ spec: '{"aliases":["prod"]}', payload: await theTar() });

    const answer = await upload.send(BUILDS, form);

    expect(answer).toMatchObject({ status: 202, json: { files: { count: 2 } } });
    expect(answer.json).toMatchObject({ spec: { aliases: ['prod'] } });
    expect(await upload.layers()).toEqual(await layersOf(payload));
    expect(await upload.spooled()).toEqual([]);
  });

  it('leaves the specification to the archive when it has none', async () => {
    await using upload = await TestUploads.start(await startPostgres());

    const answer = await upload.send(BUILDS, formOf({ payload: await theTar() }));

    expect(answer.json).toMatchObject({ spec: { aliases: ['beta'] } });
  });

  it('is sent by curl, the specification typed or from a file', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    await using tar = await aTar({
      ...payload,
      'spec.json': Buffer.from('{"metadata":{"a":"b"}}'),
    });

    for (const spec of [
      'spec={"metadata":{"a":"b"}};type=application/json',
      `spec=@${tar.root}/spec.json`,
    ])
      expect(await upload.curl('-F', spec, '-F', `payload=@${tar.path}`)).toMatchObject({
        state: 'received',
        spec: { metadata: { a: 'b' } },
      });
  });

  it('may have one file as its payload, which keeps its name', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const { 'model.onnx': file } = model;

    const answer = await upload.send(BUILDS, formOf({ payload: new File([file], 'model.onnx') }));

    expect(answer.status).toBe(202);
    expect(await upload.layers()).toEqual(await layersOf({ 'model.onnx': file }));
  });

  it('gives a build to a key once', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const send = async () =>
      upload.send(BUILDS, formOf({ payload: await theTar() }), { 'idempotency-key': 'k' });

    const [first, second] = [await send(), await send()];

    expect(second.json.id).toBe(first.json.id);
    expect(await upload.count('build')).toBe(1);
  });

  it.each([
    ['another part', { aliases: 'x', payload: 'x' }, 'UNKNOWN_FIELD', '/aliases'],
    ['another part behind', { payload: 'x', note: 'x' }, 'UNKNOWN_FIELD', '/note'],
    ['the specification last', { payload: 'x', spec: '{}' }, 'INVALID_REQUEST', '/spec'],
    ['no payload', { spec: '{}' }, 'INVALID_REQUEST', '/payload'],
    ['no JSON', { spec: '{', payload: 'x' }, 'INVALID_REQUEST', '/spec'],
    ['an unknown field', { spec: '{"alias":"x"}', payload: 'x' }, 'UNKNOWN_FIELD', '/alias'],
    [
      'a long specification',
      { spec: ' '.repeat(MIB + 1), payload: 'x' },
      'INVALID_REQUEST',
      '/spec',
    ],
  ])('is refused by name for %s', async (_what, parts, code, pointer) => {
    await using upload = await TestUploads.start(await startPostgres());

    const refused = await upload.send(BUILDS, formOf(parts));

    expect(refused).toMatchObject({ status: 400, json: { code, errors: [{ pointer }] } });
    expect(await upload.stored()).toEqual([]);
    expect(await upload.spooled()).toEqual([]);
  });

  it.each([
    ['before the payload', 60],
    ['in the payload', 4_096],
    ['in its last line', -4],
  ])('is refused when it is cut off %s, and leaves nothing', async (_what, end) => {
    await using upload = await TestUploads.start(await startPostgres());
    const whole = await rawForm(formOf({ payload: await theTar() }));

    const cut = whole.bytes.subarray(0, end < 0 ? whole.bytes.length + end : end);
    const refused = await upload.send(BUILDS, Buffer.from(cut), { 'content-type': whole.type });

    expect(refused).toMatchObject({ status: 400, json: { code: 'BODY_TRUNCATED' } });
    expect(await upload.stored()).toEqual([]);
  });

  it.each(['multipart/form-data', `multipart/form-data; boundary=${'x'.repeat(300)}`])(
    'is refused without a boundary that can be used: %s',
    async (type) => {
      await using upload = await TestUploads.start(await startPostgres());

      const refused = await upload.send(BUILDS, Buffer.from('--x'), { 'content-type': type });

      expect(refused).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
    },
  );
});

function formOf(parts: Readonly<Record<string, string | Blob>>): FormData {
  const form = new FormData();
  for (const [name, part] of Object.entries(parts)) form.append(name, part);
  return form;
}

/** As GNU tar packs it, with its specification. */
async function theTar(): Promise<Blob> {
  await using tar = await aTar(model);
  return new Blob([await readFile(tar.path)]);
}

async function rawForm(
  form: FormData,
): Promise<{ readonly type: string; readonly bytes: Uint8Array }> {
  const response = new Response(form);
  return {
    type: response.headers.get('content-type') ?? '',
    bytes: new Uint8Array(await response.arrayBuffer()),
  };
}
