import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '@floe/embedded-postgres';

import { temporaryFolder } from './temporary-folder.ts';

const LOOK_MS = 50;

export interface LocalRegistry extends AsyncDisposable {
  readonly port: number;
}

/** Debian's docker-registry on an empty folder: where other tools push to. */
export async function startRegistry(): Promise<LocalRegistry> {
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
  while (!(await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined))?.ok) {
    await sleep(LOOK_MS);
  }
  const stack = opened.move();
  return { port, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
