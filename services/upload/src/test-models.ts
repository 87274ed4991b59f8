import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { layOut, writeLayer } from '@floe/layers';

const run = promisify(execFile);

/** For tests: path → content. */
export type Model = Readonly<Record<string, Buffer>>;

export interface PackedModel extends AsyncDisposable {
  /** Of the tar. */
  readonly path: string;
  /** The folder that was packed. */
  readonly root: string;
}

/** For tests: made by GNU tar from a folder; `more` puts into it what is no file. */
export async function aTar(
  model: Model,
  more: (folder: string) => Promise<void> = async () => {},
): Promise<PackedModel> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'floe-tar-'));
  const root = join(folder.path, 'model');
  await mkdir(root);
  await more(root);
  for (const [path, content] of Object.entries(model)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const path = join(folder.path, 'model.tar');
  await run('tar', ['--sort=name', '-cf', path, '-C', root, '.']);
  return { path, root, [Symbol.asyncDispose]: () => folder.remove() };
}

/** For tests: the digests that a client that lays the files out itself gives. */
export async function layersOf(model: Model): Promise<readonly string[]> {
  const items = Object.entries(model).map(([path, { length }]) => ({ path, sizeBytes: length }));
  return Promise.all(
    layOut(items).map(async (plan) => {
      const hash = createHash('sha256');
      const bytes = writeLayer(plan, async function* content({ path }) {
        yield model[path] ?? Buffer.of();
      });
      for await (const chunk of bytes) hash.update(chunk);
      return `sha256:${hash.digest('hex')}`;
    }),
  );
}

export async function* chunked(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 50_000)
    yield bytes.subarray(start, start + 50_000);
}
