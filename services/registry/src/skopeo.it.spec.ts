import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { digestOf, randomImage } from '@floe/oci';
import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { push, startRegistry } from './test-registry.ts';

const run = promisify(execFile);
const found = await run('skopeo', ['--version']).then(
  () => true,
  () => false,
);
// oxlint-disable-next-line node/no-process-env -- A switch of the test run, no setting of any service.
const required = process.env['FLOE_REQUIRE_CLIENTS'] === '1';
if (!found && !required) process.stderr.write('SKIPPED: skopeo is not on this machine\n');

describe.skipIf(!found && !required)('skopeo', () => {
  it('copies an image out of the registry, byte for byte', async () => {
    await using place = await start();
    const image = randomImage({ layers: 3, layerBytes: 100_000 });
    await push(place.registry.client('t/m'), image, 'out');

    await place.skopeo(
      'copy',
      `docker://${place.registry.host}/t/m:out`,
      `oci:${place.folder}/out`,
    );

    for (const { digest, bytes } of [image.manifest, image.config, ...image.contents]) {
      const hex = digest.slice('sha256:'.length);
      const copied = await readFile(join(place.folder, 'out/blobs/sha256', hex));
      expect(copied).toEqual(Buffer.from(bytes));
    }
  });

  it('copies an image in, again without its blobs, and lists and shows its tags', async () => {
    await using place = await start();
    const image = randomImage({ layers: 3, layerBytes: 100_000 });
    const source = await place.layout(image);
    const repository = `docker://${place.registry.host}/t/in`;

    await place.skopeo('copy', source, `${repository}:a`);
    await place.skopeo('copy', source, `${repository}:b`);
    await place.skopeo('copy', `${repository}:a`, `docker://${place.registry.host}/t/other:c`);

    const listed = await place.skopeo('list-tags', repository);
    const shown = await place.skopeo(
      'inspect',
      '--raw',
      `docker://${place.registry.host}/t/other:c`,
    );
    expect(JSON.parse(listed)).toMatchObject({ Tags: ['a', 'b'] });
    expect(digestOf(Buffer.from(shown))).toBe(image.manifest.digest);
  });

  it('is refused the number of a version, in words that it shows', async () => {
    await using place = await start();
    const source = await place.layout(randomImage());

    const copied = place.skopeo('copy', source, `docker://${place.registry.host}/t/m:1`);

    await expect(copied).rejects.toThrow(/kept by the platform/);
  });
});

async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await startRegistry(postgres.url));
  const folder = await mkdtemp(join(tmpdir(), 'floe-skopeo-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const started = opened.move();
  return {
    registry,
    folder,
    skopeo: async (command: string, ...parameters: string[]) => {
      const insecure = flagsOf(command);
      const timeout = 60_000;
      const args = ['--insecure-policy', command, ...insecure, ...parameters];
      return (await run('skopeo', args, { timeout })).stdout;
    },
    /** The image as a folder that skopeo reads, written by way of the registry and skopeo itself. */
    layout: async (image: ReturnType<typeof randomImage>) => {
      await push(registry.client('t/source'), image, 'x');
      const target = `oci:${join(folder, 'layout')}`;
      const from = `docker://${registry.host}/t/source:x`;
      await run('skopeo', ['--insecure-policy', 'copy', ...flagsOf('copy'), from, target]);
      return target;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** The registry of the test speaks plain HTTP; skopeo would compress layers on their way if it may. */
function flagsOf(command: string): readonly string[] {
  return command === 'copy'
    ? ['--preserve-digests', '--src-tls-verify=false', '--dest-tls-verify=false']
    : ['--tls-verify=false'];
}
