import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startRegistry } from './local-registry.ts';
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
