import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { chunked, layersOf } from './test-models.ts';
import { BUILDS, MIB, TAR, TestUploads } from './test-uploads.ts';

const OCTETS = { 'content-type': 'application/octet-stream' };

describe('one file as the body', () => {
  const content = Buffer.alloc(9 * MIB + 5, 'onnx');

  it('is taken when its size is not known before its end', async () => {
    await using upload = await TestUploads.start(await startPostgres());

    const answer = await upload.send(`${BUILDS}?filename=model.onnx`, chunked(content));

    expect(answer).toMatchObject({ status: 202, json: { files: { bytes: content.length } } });
    expect(await upload.layers()).toEqual(await layersOf({ 'model.onnx': content }));
    expect(await upload.spooled()).toEqual([]);
  });

  it('is told from an archive by its bytes', async () => {
    await using upload = await TestUploads.start(await startPostgres());

    const known = await upload.send(BUILDS, content, OCTETS);
    const unknown = await upload.send(BUILDS, chunked(content), OCTETS);

    expect([known.status, unknown.status]).toEqual([202, 202]);
    const layers = await layersOf({ model: content });
    expect(await upload.layers()).toEqual([...layers, ...layers]);
  });

  it('is refused as an archive when it was said to be one', async () => {
    await using upload = await TestUploads.start(await startPostgres());

    const refused = await upload.send(BUILDS, content, TAR);

    expect(refused).toMatchObject({ status: 400, json: { code: 'ARCHIVE_INVALID' } });
  });
});
