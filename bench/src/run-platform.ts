import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '@floe/embedded-postgres';

import { temporaryFolder } from './temporary-folder.ts';
import { root } from './workspace.ts';

const READY_MS = 60_000;
const LOOK_MS = 50;

export interface RunningPlatform extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** The embedded platform as a process of its own, on an empty folder. */
export async function runPlatform(): Promise<RunningPlatform> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, 'services/platform/dist/main.js')], {
    env: { FLOE_PORT: String(port), FLOE_DATA_DIR: join(folder.path, 'data') },
    stdio: 'ignore',
  });
  opened.defer(async () => {
    const closed = once(child, 'close');
    if (child.exitCode === null && child.kill('SIGTERM')) await closed;
  });
  const url = `http://localhost:${port}`;
  await ready(url);
  const { pid } = child;
  if (pid === undefined) throw new Error('the platform has no process');
  const stack = opened.move();
  return { url, pid, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function ready(url: string): Promise<void> {
  const late = Date.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > late) throw new Error('the platform did not become ready');
    await sleep(LOOK_MS);
  }
}
