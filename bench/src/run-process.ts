import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '@floe/embedded-postgres';

import { root } from './workspace.ts';

const READY_MS = 90_000;
const LOOK_MS = 50;

export interface RunningProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

export type Env = Readonly<Record<string, string>>;

/** A service, or the platform, as a process of its own on a free port, ready. */
export async function runProcess(service: string, env: Env): Promise<RunningProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, 'services', service, 'dist/main.js')], {
    env: { FLOE_PORT: String(port), ...env },
    stdio: 'ignore',
  });
  await using opened = new AsyncDisposableStack();
  opened.defer(async () => {
    const closed = once(child, 'close');
    if (child.exitCode === null && child.kill('SIGTERM')) await closed;
  });
  const url = `http://localhost:${port}`;
  await ready(url);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${service} has no process`);
  const stack = opened.move();
  return { url, pid, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function ready(url: string): Promise<void> {
  const late = Date.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > late) throw new Error(`${url} did not become ready`);
    await sleep(LOOK_MS);
  }
}
