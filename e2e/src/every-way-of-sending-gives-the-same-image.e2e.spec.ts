import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { Build } from '@floe/client';
import { temporaryFolder } from '@floe/client/testing';
import { expect, it } from 'vitest';

import { runFloe } from './run-floe.ts';
import { sendModel, wish } from './send-model.ts';
import { PlatformProcess } from './start-platform.ts';
import { tarOf } from './tar-of.ts';
import { root } from './workspace.ts';

it('gives the same image for an archive, a form, a file and the command line', async () => {
  await using platform = await PlatformProcess.start();
  const file = join(root, 'examples/image-classifier/net.onnx');
  const bytes = new Uint8Array(await readFile(file));
  await using home = await temporaryFolder({ 'alone/net.onnx': bytes });
  const type = async (path: string): Promise<Build> => {
    const words = ['upload', path, '-m', 'ways/one', '--json'];
    const ran = await runFloe(words, { url: platform.url, home: home.path });
    return JSON.parse(ran.stdout) as Build;
  };

  const builds = [
    await sendModel(platform.url, wish('ways/one', await tarOf({ 'net.onnx': bytes })), '30s'),
    await sendForm(platform.url, await tarOf({ 'net.onnx': bytes }), 'model.tar'),
    await sendForm(platform.url, gzipSync(await tarOf({ 'net.onnx': bytes })), 'model.tar.gz'),
    await sendForm(platform.url, bytes, 'net.onnx'),
    await sendFile(
      `${platform.url}/api/v1/models/ways/one/builds?filename=net.onnx`,
      bytes,
      'POST',
    ),
    await sendFile(`${platform.url}/api/v1/models/ways/one/builds?filename=net.onnx`, bytes, 'PUT'),
    await type(file),
    await type(join(home.path, 'alone')),
  ];

  expect(builds.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(new Set(builds.map(({ image }) => image?.digest)).size).toBe(1);
  expect(builds[0]?.image?.digest).toMatch(/^sha256:/);
}, 60_000);

/** As `curl -F` does. */
async function sendForm(url: string, payload: Uint8Array<ArrayBuffer>, filename: string) {
  const form = new FormData();
  form.append('spec', '{}');
  form.append('payload', new File([payload], filename));
  const address = `${url}/api/v1/models/ways/one/builds?wait=30s`;
  const response = await fetch(address, { method: 'POST', body: form });
  return (await response.json()) as Build;
}

/** As `curl -T` and `curl --data-binary` do. */
async function sendFile(url: string, body: Uint8Array<ArrayBuffer>, method: 'POST' | 'PUT') {
  const response = await fetch(`${url}&wait=30s`, { method, body });
  return (await response.json()) as Build;
}
