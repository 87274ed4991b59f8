import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Build } from '@floe/client';
import { temporaryFolder } from '@floe/client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runFloe } from './run-floe.ts';
import { PlatformProcess } from './start-platform.ts';
import { WatchingProxy } from './watching-proxy.ts';
import { root } from './workspace.ts';

const examples = (await readdir(join(root, 'examples'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && entry.name !== 'consumers')
  .map(({ name }) => name);

describe('an upload', () => {
  let platform: PlatformProcess;
  beforeAll(async () => void (platform = await PlatformProcess.start()), 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it.each(examples)('of the example %s is released as version 1', async (example) => {
    await using home = await temporaryFolder();

    const build = await upload(join(root, 'examples', example), home.path, platform.url);

    const version = await platform.client.models.version({ team: 'default', name: example }, 1);
    expect(build).toMatchObject({ state: 'released', version: 1, team: 'default', model: example });
    expect(build.image?.reference).toBe(`${platform.host}/default/${example}:1`);
    expect(build.signature?.inputs.length).toBeGreaterThan(0);
    expect(build.error).toBeUndefined();
    expect(version).toMatchObject({ state: 'released', buildId: build.id });
    expect(version.image?.digest).toBe(build.image?.digest);
  });

  it('of changed files is released as the next version, of another image', async () => {
    await using home = await temporaryFolder();
    const model = join(home.path, 'grown');
    await cp(join(root, 'examples/image-classifier'), model, { recursive: true });

    const first = await upload(model, home.path, platform.url, '-m', 'grown');
    await writeFile(join(model, 'labels.txt'), 'cat\ndog\n');
    await writeFile(join(model, 'serving.yaml'), 'kind: Model\nname: grown\npayload: ["."]\n');
    const second = await upload(model, home.path, platform.url, '-m', 'grown');

    expect([first.version, second.version]).toEqual([1, 2]);
    expect(second.files?.count).toBe(2);
    expect(second.image?.digest).not.toBe(first.image?.digest);
  });

  it('of unchanged files is one request without the bytes, and the next version of the same image', async () => {
    await using home = await temporaryFolder();
    await using proxy = await WatchingProxy.start(platform.url);
    const words = [join(root, 'examples/sensor-grade'), home.path, proxy.url] as const;

    const first = await upload(...words, '-m', 'newcomers/again');
    const sent = proxy.passed.splice(0);
    const second = await upload(...words, '-m', 'newcomers/again');

    expect(sent.map(({ method }) => method)).toEqual(['POST', 'PUT', 'POST']);
    expect(proxy.passed).toMatchObject([{ method: 'POST', status: 200 }]);
    expect(proxy.passed[0]?.path).toContain('/api/v1/models/newcomers/again/builds');
    expect(proxy.passed[0]?.bodyBytes).toBe(sent[2]?.bodyBytes);
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(second.image?.digest).toBe(first.image?.digest);
  });
});

/** As a user types it; what the command line prints is the build. */
async function upload(path: string, home: string, url: string, ...words: string[]): Promise<Build> {
  const ran = await runFloe(['upload', path, '--json', ...words], { url, home });
  if (ran.code !== 0) throw new Error(`floe ended with ${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as Build;
}
