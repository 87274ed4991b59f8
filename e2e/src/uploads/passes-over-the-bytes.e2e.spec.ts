import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';

import { temporaryFolder } from '@floe/client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BUILDS, UploadService } from './upload-service.ts';

const run = promisify(execFile);
const MIB = 1024 ** 2;
const SIZE_BYTES = 48 * MIB;
/** Headers of the layers, indexes, what is said to the database. */
const SLACK = 0.03;

/** One of each kind, of the same length; nothing in it can be compressed. */
type Contents = 'one big file' | 'small files';

describe('of each byte the upload service writes', () => {
  let upload: UploadService;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    upload = await UploadService.start();
    folder = await temporaryFolder({
      'one big file/weights.bin': new Uint8Array(randomBytes(SIZE_BYTES)),
      ...Object.fromEntries(
        Array.from({ length: 48 }, (_, n) => [
          `small files/${n}.bin`,
          new Uint8Array(randomBytes(MIB)),
        ]),
      ),
    });
    await packEach(folder.path);
  }, 60_000);
  afterAll(async () => {
    await upload[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it.each([
    ['tar', 'one big file', 1],
    ['tar.gz', 'one big file', 1],
    ['tar.zst', 'one big file', 1],
    ['zip', 'one big file', 2],
    ['stored.zip', 'one big file', 2],
    ['tar', 'small files', 2],
    ['tar.gz', 'small files', 2],
    ['zip', 'small files', 2],
    ['stored.zip', 'small files', 2],
  ] as const)('of a %s of %s: %i', async (kind, contents, passes) => {
    const written = await writtenBy(() => sendFile(`${contents}.${kind}`));

    expect(written / SIZE_BYTES).toBeGreaterThan(passes - SLACK);
    expect(written / SIZE_BYTES).toBeLessThan(passes + SLACK);
  });

  it.each([
    ['a file of known length', 1, async () => readFile(big())],
    ['a file of unknown length', 2, async () => createReadStream(big())],
  ] as const)('of %s: %i', async (_what, passes, body) => {
    const bytes = await body();
    const written = await writtenBy(() =>
      upload.send(
        `${BUILDS}?filename=w.bin`,
        bytes instanceof Buffer ? new Uint8Array(bytes) : bytes,
      ),
    );

    expect(written / SIZE_BYTES).toBeGreaterThan(passes - SLACK);
    expect(written / SIZE_BYTES).toBeLessThan(passes + SLACK);
  });

  it('of a form with a tar of one big file: 1', async () => {
    const form = new FormData();
    form.append('spec', '{"aliases":["a"]}');
    form.append('payload', new Blob([await readFile(join(folder.path, 'one big file.tar'))]));

    const written = await writtenBy(() => upload.send(BUILDS, form));

    expect(written / SIZE_BYTES).toBeLessThan(1 + SLACK);
  });

  it('of a layer that is sent whole: 1', async () => {
    await upload.send(BUILDS, new Uint8Array(await readFile(big())));
    const layer = await upload.largestBlob();

    const written = await writtenBy(() => upload.putBlob('other', layer));

    expect(written / layer.length).toBeLessThan(1 + SLACK);
  });

  const big = (): string => join(folder.path, 'one big file/weights.bin');

  async function writtenBy(send: () => Promise<{ readonly status: number }>): Promise<number> {
    const before = await upload.writtenBytes();
    const { status } = await send();
    if (status > 202) throw new Error(`${status}`);
    return (await upload.writtenBytes()) - before;
  }

  async function sendFile(name: string): Promise<{ readonly status: number }> {
    const body = new Uint8Array(await readFile(join(folder.path, name)));
    return upload.send(BUILDS, body, { 'content-type': 'application/octet-stream' });
  }
});

async function packEach(root: string): Promise<void> {
  for (const contents of ['one big file', 'small files'] satisfies Contents[]) {
    const at = join(root, contents);
    const tar = `${at}.tar`;
    await run('tar', ['-cf', tar, '-C', at, '.']);
    await run('sh', ['-c', 'gzip -1 -k "$0"', tar]);
    const zip = (to: string, compression: string): Promise<unknown> =>
      run('python3', ['-c', ZIP, to, at, compression]);
    await zip(`${at}.zip`, 'ZIP_DEFLATED');
    await zip(`${at}.stored.zip`, 'ZIP_STORED');
    await writeFile(`${tar}.zst`, zstdCompressSync(await readFile(tar)));
  }
}

const ZIP = `
import sys, os, zipfile
to, at, compression = sys.argv[1:]
with zipfile.ZipFile(to, 'w', getattr(zipfile, compression), compresslevel=1) as z:
    for name in sorted(os.listdir(at)):
        z.write(os.path.join(at, name), name)
`;
