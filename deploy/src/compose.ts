import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder of the workspace. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const run = promisify(execFile);
const LONGEST_MS = 300_000;
const LARGEST_BYTES = 16 * 1_024 * 1_024;

/** Runs a program in the workspace without the settings of the shell; gives what it printed. */
export async function tool(
  env: Readonly<Record<string, string>>,
  name: string,
  ...words: readonly string[]
): Promise<string> {
  // oxlint-disable-next-line node/no-process-env -- The machine's tools, no setting of any service.
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd: root, timeout: LONGEST_MS, maxBuffer: LARGEST_BYTES };
  return (await run(name, words, { ...options, env: { PATH, HOME, ...env } })).stdout;
}

/** Whether a command of the machine succeeds; says so aloud when not, or throws where FLOE_REQUIRE_CLUSTER=1. */
export async function has(what: string, name: string, ...words: string[]): Promise<boolean> {
  try {
    await tool({}, name, ...words);
    return true;
  } catch (error) {
    // oxlint-disable-next-line node/no-process-env -- A switch of the test run, no setting of any service.
    if (process.env['FLOE_REQUIRE_CLUSTER'] === '1') throw error;
    process.stderr.write(`NOT TESTED AS A CLUSTER: ${what} is missing (npm run cluster)\n`);
    return false;
  }
}
