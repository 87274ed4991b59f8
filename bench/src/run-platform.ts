import { join } from 'node:path';

import { type Env, type RunningProcess, runProcess } from './run-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The embedded platform as a process of its own, on an empty folder; `env` are settings over the usual ones. */
export async function runPlatform(env: Env = {}): Promise<RunningProcess> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const settings = { FLOE_DATA_DIR: join(folder.path, 'data'), ...env };
  const platform = opened.use(await runProcess('platform', settings));
  const stack = opened.move();
  const { url, pid } = platform;
  return { url, pid, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
