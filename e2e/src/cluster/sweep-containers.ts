import { tool } from '../outside-tools.ts';

/** The label that holds the number of the process which started a container. */
export const OWNER = 'floe.test.owner';

let swept: Promise<void> | undefined;

/** Removes the containers of earlier runs that were killed before they could: their owners are gone. Once a process. */
export function sweepContainers(): Promise<void> {
  swept ??= sweep();
  return swept;
}

async function sweep(): Promise<void> {
  const format = `{{.ID}} {{.Label "${OWNER}"}}`;
  const listed = await tool('docker', 'ps', '-a', '--filter', `label=${OWNER}`, '--format', format);
  const lines = listed.toString().split('\n').filter(Boolean);
  const left = lines
    .map((line) => line.split(' '))
    .filter(([, owner]) => !isAlive(Number(owner)))
    .map(([id = '']) => id);
  if (left.length > 0) await tool('docker', 'rm', '-f', '-v', ...left);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
