import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { VersionAssigned } from '@floe/contracts';
import { toRecord } from '@floe/messaging';
import { randomImage } from '@floe/oci';
import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { never, push, startRegistry } from './test-registry.ts';

const run = promisify(execFile);
const found = await run('docker', ['version', '--format', '{{.Server.Version}}']).then(
  () => true,
  () => false,
);
// oxlint-disable-next-line node/no-process-env -- A switch of the test run, no setting of any service.
const required = process.env['FLOE_REQUIRE_CLIENTS'] === '1';
if (!found && !required) process.stderr.write('SKIPPED: no Docker Engine answers\n');

describe.skipIf(!found && !required)('Docker Engine', () => {
  it('pulls a version whose files are byte-identical', async () => {
    await using place = await start();
    const image = randomImage({ layers: 2, layerBytes: 100_000 });
    await place.publish(image);

    await place.docker('pull', `${place.repository}:1`);

    const files = await place.filesOf(`${place.repository}:1`);
    for (const [at, { bytes }] of image.contents.slice(1).entries()) {
      const file = await readFile(join(files, `${at}.bin`));
      // The layer holds two folders and the header of its one file before the file itself.
      expect(file).toEqual(Buffer.from(bytes.subarray(3 * 512, 3 * 512 + file.length)));
      expect(file).toHaveLength(100_000);
    }
  });

  it('pushes an image under another tag and is refused the number of a version', async () => {
    await using place = await start();
    await place.publish(randomImage());
    await place.docker('pull', `${place.repository}:1`);
    await place.docker('tag', `${place.repository}:1`, `${place.repository}:mine`);
    await place.docker('tag', `${place.repository}:1`, `${place.repository}:2`);

    await place.docker('push', `${place.repository}:mine`);
    const refused = place.docker('push', `${place.repository}:2`);

    await expect(refused).rejects.toThrow(/kept by the platform|denied/);
    expect(await place.registry.client('t/m').headManifest('mine', never)).toBeDefined();
  });
});

async function docker(...parameters: string[]) {
  return (await run('docker', parameters, { timeout: 60_000 })).stdout.trim();
}

async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await startRegistry(postgres.url));
  const folder = await mkdtemp(join(tmpdir(), 'floe-docker-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const repository = `${registry.host}/t/m`;
  opened.defer(async () => {
    const tags = ['1', '2', 'mine'].map((tag) => `${repository}:${tag}`);
    await docker('image', 'rm', '--force', ...tags).catch(() => {});
  });
  const started = opened.move();
  return {
    registry,
    repository,
    docker,
    publish: async (image: ReturnType<typeof randomImage>) => {
      await push(registry.client('t/m', 'platform'), image);
      const assigned = {
        team: 't',
        model: 'm',
        buildId: '019b0000-0000-7000-8000-000000000001',
        at: '2026-01-01T00:00:00.000Z',
        version: 1,
        imageDigest: image.manifest.digest,
      };
      const telling = { source: '/test', time: new Date(0) };
      await registry.bus.publish([toRecord(VersionAssigned, assigned, telling)], never);
      await eventually(() => registry.client('t/m').headManifest('1', never));
    },
    /** The folder of the model's files, copied out of a container that never runs. */
    filesOf: async (image: string) => {
      const container = await docker('create', image, 'never-run');
      await docker('cp', `${container}:/model/files`, join(folder, 'files'));
      await docker('rm', container);
      return join(folder, 'files');
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
