import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, link, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { aTar, layersOf } from './test-models.ts';
import { BUILDS, MIB, TAR, TestUploads } from './test-uploads.ts';

const run = promisify(execFile);

describe('big files of an archive', () => {
  it('share layers when there are more of them than layers', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const files = Array.from({ length: 53 }, (_, n) => [`w-${n}.bin`, weights(4 * MIB + n, n)]);
    const model = Object.fromEntries(files) as Record<string, Buffer>;
    await using tar = await aTar({ ...model, 'labels.txt': Buffer.from('a') });

    const answer = await upload.sendFile(tar.path, 'application/x-tar');

    expect(answer).toMatchObject({ status: 202, json: { files: { count: 54 } } });
    const layers = await layersOf({ ...model, 'labels.txt': Buffer.from('a') });
    expect(await upload.layers()).toEqual(layers);
    expect(await upload.stored()).toHaveLength(2 * layers.length);
  }, 60_000);

  it('that are not payload leave nothing', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const chosen = { 'model.onnx': weights(5 * MIB, 1) };
    const yaml = Buffer.from('kind: Model\npayload: [model.onnx]\n');
    await using tar = await aTar({ ...chosen, 'a.bin': weights(5 * MIB, 2), 'serving.yaml': yaml });

    await upload.sendFile(tar.path, 'application/x-tar');

    const [layer = ''] = await layersOf(chosen);
    expect(await upload.layers()).toEqual([layer]);
    expect(new Set(await upload.stored())).toEqual(new Set([layer.slice('sha256:'.length)]));
  });

  it.each([
    ['is cut off', async (tar: string) => (await readFile(tar)).subarray(0, -2 * MIB)],
    ['holds one of them twice', twice],
    ['holds a link behind them', withLink],
    [
      'is damaged at its end',
      async (tar: string) => Buffer.concat([gzipSync(await readFile(tar)).subarray(0, -9)]),
    ],
    ['has a specification with faults', withFaults],
  ])('of an archive that %s leave nothing', async (_what, broken) => {
    await using upload = await TestUploads.start(await startPostgres(), {
      archives: { archiveMaxRatio: 100_000 },
    });
    await using tar = await aTar({ 'a.bin': weights(5 * MIB, 1), 'b.bin': weights(6 * MIB, 2) });
    const bytes = await broken(tar.path);

    const refused = await upload.send(BUILDS, Buffer.from(bytes));

    expect([400, 422]).toContain(refused.status);
    expect(await upload.stored()).toEqual([]);
    expect(await upload.spooled()).toEqual([]);
  });

  it('of a sender that went leave nothing', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    await using tar = await aTar({ 'a.bin': weights(5 * MIB, 1), 'b.bin': weights(9 * MIB, 2) });
    const bytes = await readFile(tar.path);
    const { hostname, port } = new URL(upload.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const head = `POST ${BUILDS} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${TAR['content-type']}`;
    socket.write(`${head}\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    socket.write(bytes.subarray(0, 8 * MIB));
    await eventually(async () => (await upload.stored()).length === 2);

    socket.destroy();

    await eventually(async () => (await upload.stored()).length === 0);
    expect(await upload.count('build')).toBe(0);
  });
});

function weights(sizeBytes: number, seed: number): Buffer {
  return Buffer.alloc(sizeBytes, `floe ${seed} `);
}

async function twice(tar: string): Promise<Buffer> {
  await run('tar', ['-rf', tar, '-C', join(tar, '../model'), './a.bin']);
  return readFile(tar);
}

async function withLink(tar: string): Promise<Buffer> {
  const folder = join(tar, '../model');
  await link(join(folder, 'a.bin'), join(folder, 'z.bin'));
  await run('tar', ['-rf', tar, '-C', folder, './a.bin', './z.bin']);
  return readFile(tar);
}

async function withFaults(tar: string): Promise<Buffer> {
  const folder = join(tar, '../model');
  await appendFile(join(folder, 'serving.yaml'), 'kind: Model\nruntim: x\n');
  await run('tar', ['-rf', tar, '-C', folder, './serving.yaml']);
  return readFile(tar);
}
