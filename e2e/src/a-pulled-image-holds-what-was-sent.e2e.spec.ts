import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { pull } from '@floe/client';
import { temporaryFolder } from '@floe/client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type FilesOfTar, filesOfTar } from './files-of-tar.ts';
import { hasTool, tool } from './outside-tools.ts';
import { runFloe } from './run-floe.ts';
import { PlatformProcess } from './start-platform.ts';
import { root } from './workspace.ts';

const MIB = 1024 * 1024;
const hasDocker = await hasTool('DOCKER', 'docker', 'info');
/** The containerd that Docker Engine has started. */
const CTR = ['-a', '/run/docker/containerd/containerd.sock', '-n', 'floe-e2e', 'images'];
const hasContainerd = await hasTool('DOCKER', 'ctr', ...CTR, 'ls');
const hasSkopeo = await hasTool('CLIENTS', 'skopeo', '--version');

describe('a pulled image', () => {
  let platform: PlatformProcess;
  let model: Awaited<ReturnType<typeof temporaryFolder>>;
  let sent: FilesOfTar;
  beforeAll(async () => {
    platform = await PlatformProcess.start();
    model = await folderOfEverything();
    sent = await filesOf(model.path);
    const words = ['upload', model.path, '-m', 'pulled/everything'];
    await using home = await temporaryFolder();
    const ran = await runFloe(words, { url: platform.url, home: home.path });
    if (ran.code !== 0) throw new Error(ran.stderr);
  }, 60_000);
  afterAll(async () => {
    await platform[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });

  it.runIf(hasDocker)(
    'holds in Docker Engine the files that were sent, byte for byte',
    async () => {
      await using container = await containerOf(`${platform.host}/pulled/everything:1`);

      expect(await filesOfTar(await container.files(), 'files')).toEqual(sent);
    },
    60_000,
  );

  it.runIf(hasContainerd)(
    'holds in containerd the files that were sent, byte for byte',
    async () => {
      await using mount = await temporaryFolder();
      const reference = `${platform.host}/pulled/everything:1`;

      await tool('ctr', ...CTR, 'pull', '--plain-http', reference);
      await tool('ctr', ...CTR, 'mount', reference, mount.path);
      const files = await filesOf(join(mount.path, 'model/files'));
      await tool('ctr', ...CTR, 'unmount', '--rm', mount.path);
      await tool('ctr', ...CTR, 'rm', reference);

      expect(files).toEqual(sent);
    },
    60_000,
  );

  it.runIf(hasSkopeo)('holds for skopeo the files that were sent, byte for byte', async () => {
    await using folder = await temporaryFolder();
    const source = `docker://${platform.host}/pulled/everything:1`;

    await tool(
      'skopeo',
      '--insecure-policy',
      'copy',
      '--preserve-digests',
      '--src-tls-verify=false',
      source,
      `oci:${folder.path}:it`,
    );

    const { layers, digest } = await layersOf(folder.path);
    const files = await Promise.all(layers.map((layer) => filesOfTar(layer, 'model/files')));
    const { image } = await platform.client.models.version(
      { team: 'pulled', name: 'everything' },
      1,
    );
    expect(new Map(files.flatMap((some) => [...some]))).toEqual(sent);
    expect(digest).toBe(image?.digest);
    expect(layers.length).toBeGreaterThan(2);
  });

  it('holds for the command line the files that were sent, byte for byte', async () => {
    await using folder = await temporaryFolder();

    await pull(platform.client, { team: 'pulled', name: 'everything' }, 1, folder.path);

    expect(await filesOf(folder.path)).toEqual(sent);
  });
});

/** Files of every kind that the layout tells apart. */
async function folderOfEverything(): Promise<Awaited<ReturnType<typeof temporaryFolder>>> {
  const folder = await temporaryFolder({
    'net.onnx': await readFile(join(root, 'examples/image-classifier/net.onnx')),
    'weights/large.bin': Buffer.alloc(5 * MIB, 'large'),
    'weights/larger.bin': Buffer.alloc(6 * MIB, 'larger'),
    'bin/prepare': '#!/bin/sh\nexit 0\n',
    'data/größe.txt': 'groß\n',
    [`data/${'long'.repeat(40)}.txt`]: 'a long name\n',
    'data/nothing': '',
  });
  await mkdir(join(folder.path, 'data/empty'));
  // The layout gives the mode by the content; the machine's own umask plays no part.
  for (const entry of await readdir(folder.path, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || entry.name === 'prepare';
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
  return folder;
}

async function filesOf(folder: string): Promise<FilesOfTar> {
  const files = new Map<string, string>();
  for (const path of await readdir(folder, { recursive: true })) {
    const { mode } = await stat(join(folder, path));
    if ((await stat(join(folder, path))).isDirectory()) files.set(path, 'folder');
    else {
      const hash = createHash('sha256').update(await readFile(join(folder, path)));
      files.set(path, `${hash.digest('hex')} ${(mode & 0o777).toString(8)}`);
    }
  }
  return files;
}

/** A container of the image that never runs; both go in the end. */
async function containerOf(reference: string) {
  await tool('docker', 'pull', '--quiet', reference);
  const id = (await tool('docker', 'create', reference, 'nothing')).toString().trim();
  return {
    /** As a tar of the working folder. */
    files: () => tool('docker', 'cp', `${id}:/model/files`, '-'),
    [Symbol.asyncDispose]: async () => {
      await tool('docker', 'rm', id);
      await tool('docker', 'rmi', reference);
    },
  };
}

interface Documents {
  readonly manifests?: readonly { readonly digest: string }[];
  readonly layers?: readonly { readonly digest: string }[];
}

/** The layers of the one image of an OCI layout folder. */
async function layersOf(folder: string) {
  const blob = (digest: string): Promise<Buffer> =>
    readFile(join(folder, 'blobs', digest.replace(':', '/')));
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Documents;
  const digest = index.manifests?.[0]?.digest ?? '';
  const { layers = [] } = JSON.parse((await blob(digest)).toString()) as Documents;
  return { digest, layers: await Promise.all(layers.map((layer) => blob(layer.digest))) };
}
