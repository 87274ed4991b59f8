import { tool } from '../outside-tools.ts';

/** The label that holds the number of the process which started a container. */
export const OWNER = 'floe.test.owner';
const NAME = 'floe-test';

let made = 0;
let swept: Promise<void> | undefined;

/** A name for a network that tells whose it is. */
export function ownName(): string {
  made += 1;
  return `${NAME}-${process.pid}-${made}`;
}

/** Removes what earlier runs left that were killed before they could: their processes are gone. Once a process. */
export function sweepLeft(): Promise<void> {
  swept ??= sweep();
  return swept;
}

async function sweep(): Promise<void> {
  const format = `{{.ID}} {{.Label "${OWNER}"}}`;
  const containers = await list('ps', '-a', '--filter', `label=${OWNER}`, '--format', format);
  await remove(['rm', '-f', '-v'], containers);
  const networks = await list(
    'network',
    'ls',
    '--filter',
    `name=${NAME}-`,
    '--format',
    '{{.Name}}',
  );
  await remove(
    ['network', 'rm'],
    networks.map(([name = '']) => [name, name.split('-')[2]]),
  );
}

async function list(...words: readonly string[]): Promise<readonly (readonly string[])[]> {
  const lines = (await tool('docker', ...words)).toString().split('\n');
  return lines.filter(Boolean).map((line) => line.split(' '));
}

async function remove(
  words: readonly string[],
  owned: readonly (readonly (string | undefined)[])[],
): Promise<void> {
  const left = owned.flatMap(([id, owner]) => (id && !isAlive(Number(owner)) ? [id] : []));
  // A twin may have removed them.
  if (left.length > 0) await tool('docker', ...words, ...left).catch(() => {});
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
