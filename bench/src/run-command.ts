import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { type Io, ioOf, memoryOf } from './proc.ts';

const LOOK_MS = 20;

export interface Ran {
  readonly seconds: number;
  readonly stdout: string;
  /** As last seen before the end. */
  readonly io: Io;
  /** Of its memory, as last seen before the end. */
  readonly peakBytes: number;
}

/** Runs a command to its end. Rejects with what it said when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  {
    cwd,
    env = {},
  }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const begun = performance.now();
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    // oxlint-disable-next-line node/no-process-env -- the measured command runs as the caller would run it
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  let io: Io = { read: 0, written: 0 };
  let peakBytes = 0;
  const look = setInterval(() => {
    if (child.pid === undefined) return;
    const { pid } = child;
    ioOf(pid).then(
      (seen) => (io = seen),
      () => {},
    );
    memoryOf(pid).then(
      ({ peak }) => (peakBytes = peak),
      () => {},
    );
  }, LOOK_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(look);
  const seconds = (performance.now() - begun) / 1_000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return { seconds, stdout, io, peakBytes };
}
