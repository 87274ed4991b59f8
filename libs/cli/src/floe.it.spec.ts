import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { FakePlatform, temporaryFolder } from '@floe/client/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(root, 'libs/cli/bin/floe.js');

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function floe(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  try {
    const { stdout, stderr } = await run(process.execPath, [bin, ...words], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Ran;
  }
}

describe('the floe command', () => {
  beforeAll(async () => {
    await run(join(root, 'node_modules/.bin/tsc'), ['--build', join(root, 'libs/cli')]);
  }, 120_000);

  it('tells its version through npx, from the root of the repository', async () => {
    const { stdout } = await run('npx', ['--no-install', 'floe', '--version'], { cwd: root });

    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('uploads, with results on stdout and the way there on stderr', async () => {
    await using platform = await FakePlatform.start();
    await using home = await temporaryFolder({ 'iris/model.onnx': 'bytes' });
    const env = { FLOE_URL: platform.url, HOME: home.path, FLOE_TOKEN: 'secret' };

    const { code, stdout, stderr } = await floe(['upload', join(home.path, 'iris'), '--json'], env);

    expect({ code, version: (JSON.parse(stdout) as { version: number }).version }).toEqual({
      code: 0,
      version: 1,
    });
    expect(stderr).toContain('1 file');
    expect(platform.requests[0]?.headers.authorization).toBe('Bearer secret');
    expect(existsSync(join(home.path, '.cache/floe'))).toBe(false);
  });

  it.each([
    [2, ['show']],
    [2, ['show', 'Iris']],
    [4, ['show', 'iris']],
  ])('ends with %i after %j', async (code, words) => {
    await using platform = await FakePlatform.start();
    await using home = await temporaryFolder();

    const ran = await floe(words, { FLOE_URL: platform.url, HOME: home.path });

    expect(ran).toMatchObject({ code, stdout: '' });
  });

  it('ends with 3 when nobody listens', async () => {
    await using home = await temporaryFolder();
    const gone = await FakePlatform.start();
    await gone[Symbol.asyncDispose]();

    const ran = await floe(['models'], { FLOE_URL: gone.url, HOME: home.path });

    expect(ran).toMatchObject({ code: 3, stdout: '' });
  });

  it('ends with 130 at Ctrl-C and says what goes on', async () => {
    await using platform = await FakePlatform.start();
    platform.builds.before = Array.from({ length: 1000 }, () => 'building' as const);
    await using home = await temporaryFolder({ 'iris/model.onnx': 'bytes' });
    const child = spawn(process.execPath, [bin, 'upload', join(home.path, 'iris')], {
      env: { FLOE_URL: platform.url, HOME: home.path },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    platform.fault = ({ method }) => {
      if (method === 'GET') child.kill('SIGINT');
      return undefined;
    };

    const [code] = (await once(child, 'close')) as [number];

    expect(code).toBe(130);
    expect(stderr).toContain(`floe logs ${platform.builds.all[0]?.id} -f`);
  });

  it('runs under an older Node by starting the one of the repository, and passes signals on', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { node: '18.20.0' } })`;
    const preload = ['--import', `data:text/javascript,${encodeURIComponent(older)}`];
    await using platform = await FakePlatform.start();
    platform.streams.addFact('BuildEnded', { n: 1 });
    await using home = await temporaryFolder();
    const words = [...preload, bin, 'events', '-f', '--after', '0', '--json'];
    const child = spawn(process.execPath, words, {
      env: { FLOE_URL: platform.url, HOME: home.path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });

    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];

    expect(JSON.parse(line.toString())).toMatchObject({ cursor: '1' });
    expect(code).toBe(130);
  });

  it('leaves quietly when its reader does', async () => {
    await using platform = await FakePlatform.start();
    await using home = await temporaryFolder();
    for (let n = 0; n < 5000; n += 1) platform.streams.addFact('BuildEnded', { n });
    const child = spawn(process.execPath, [bin, 'events', '-f', '--after', '0', '--json'], {
      env: { FLOE_URL: platform.url, HOME: home.path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));

    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = (await once(child, 'close')) as [number];

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('says what to run when it is not built', async () => {
    await using folder = await temporaryFolder({ 'package.json': '{"type":"module"}' });
    await mkdir(join(folder.path, 'bin'));
    await copyFile(bin, join(folder.path, 'bin/floe.js'));

    const ran = await run(process.execPath, [join(folder.path, 'bin/floe.js')]).catch(
      (error: unknown) => error as Ran,
    );

    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('npm run build');
  });
});
