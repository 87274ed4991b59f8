import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '@floe/embedded-postgres';

import { runCommand } from './run-command.ts';
import { runPlatform } from './run-platform.ts';
import { seconds, times } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { writeModel } from './write-model.ts';

const SIZE_BYTES = 1_024 * 1_024 * 1_024;
const DOCKERFILE = 'FROM scratch\nCOPY . /model/files/\n';

/**
 * 1 GiB from the client's disk to a released version, against `docker build` and `docker push` of the same files to a
 * local registry, one after the other in one run. Needs Docker Engine and Debian's docker-registry.
 */
export async function measureAgainstDocker(): Promise<readonly string[]> {
  await using folder = await temporaryFolder();
  await writeModel(folder.path, SIZE_BYTES);
  await using platform = await runPlatform();
  const floe = await upload(platform.url, folder.path, 'bench/docker');

  await using registry = await startRegistry();
  const tag = `localhost:${registry.port}/bench:1`;
  await using recipe = await temporaryFolder();
  const dockerfile = join(recipe.path, 'Dockerfile');
  await writeFile(dockerfile, DOCKERFILE);
  const built = await runCommand(
    'docker',
    ['build', '-q', '-f', dockerfile, '-t', tag, folder.path],
    {
      env: { DOCKER_BUILDKIT: '0' },
    },
  );
  const pushed = await runCommand('docker', ['push', '-q', tag]);
  await runCommand('docker', ['image', 'rm', tag]);
  const docker = built.seconds + pushed.seconds;
  return [
    '| 1 GiB from disk to a pullable image | time | ratio |',
    '| --- | --- | --- |',
    `| \`floe upload\` | ${seconds(floe.seconds)} | 1 |`,
    `| \`docker build\` and \`docker push\` | ${seconds(docker)} (${seconds(built.seconds)} and ${seconds(pushed.seconds)}) | ${times(docker / floe.seconds)} |`,
  ];
}

async function startRegistry(): Promise<AsyncDisposable & { readonly port: number }> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const port = await freePort();
  const configuration = join(folder.path, 'config.yml');
  await writeFile(
    configuration,
    `version: 0.1\nstorage: { filesystem: { rootdirectory: ${join(folder.path, 'data')} } }\nhttp: { addr: 127.0.0.1:${port} }\n`,
  );
  const child = spawn('docker-registry', ['serve', configuration], { stdio: 'ignore' });
  opened.defer(async () => {
    const closed = once(child, 'close');
    if (child.exitCode === null && child.kill('SIGTERM')) await closed;
  });
  while (!(await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined))?.ok) await sleep(50);
  const stack = opened.move();
  return { port, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
