import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { cleanEnv, isRequired } from './workspace.ts';

const LONGEST_MS = 60_000;
const LARGEST_BYTES = 64 * 1024 * 1024;

const run = promisify(execFile);

/** Runs a program of the machine; gives the bytes that it printed. */
export async function tool(name: string, ...words: readonly string[]): Promise<Buffer> {
  const options = { env: cleanEnv(), timeout: LONGEST_MS, maxBuffer: LARGEST_BYTES };
  return (await run(name, words, { ...options, encoding: 'buffer' })).stdout;
}

/** Whether the machine has it. Says so aloud when not, or throws in a run that requires it. */
export async function hasTool(
  what: 'DOCKER' | 'CLIENTS',
  name: string,
  ...probe: readonly string[]
): Promise<boolean> {
  try {
    await tool(name, ...probe);
    return true;
  } catch (error) {
    if (isRequired(what)) throw error;
    process.stderr.write(`SKIPPED: ${name} does not work on this machine\n`);
    return false;
  }
}
