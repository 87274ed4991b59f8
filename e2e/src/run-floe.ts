import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cleanEnv, root } from './workspace.ts';

const run = promisify(execFile);

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user does, in a pipe; `home` keeps its configuration and its cache of digests. */
export async function runFloe(
  words: readonly string[],
  { url, home }: { readonly url: string; readonly home: string },
): Promise<Ran> {
  const env = { ...cleanEnv(), HOME: home, FLOE_URL: url };
  try {
    const bin = join(root, 'libs/cli/bin/floe.js');
    const { stdout, stderr } = await run(process.execPath, [bin, ...words], { env, cwd: root });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Ran;
  }
}
