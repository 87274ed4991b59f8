import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Ended } from './start-platform.ts';
import { cleanEnv, root } from './workspace.ts';

/** `floe upload` as a process of its own, which can be killed. */
export class UploadProcess {
  readonly #child: ChildProcess;
  /** How it ended, with what it said on both streams. */
  readonly ended: Promise<Ended>;

  constructor(
    words: readonly string[],
    { url, home }: { readonly url: string; readonly home: string },
  ) {
    const bin = join(root, 'libs/cli/bin/floe.js');
    this.#child = spawn(process.execPath, [bin, 'upload', ...words], {
      cwd: root,
      env: { ...cleanEnv(), HOME: home, FLOE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: the launcher may have started another Node.
      detached: true,
    });
    this.ended = endOf(this.#child);
  }

  async kill(): Promise<Ended> {
    const { pid } = this.#child;
    if (pid !== undefined && this.#child.exitCode === null) process.kill(-pid, 'SIGKILL');
    return this.ended;
  }
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let stderr = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stderr };
}
