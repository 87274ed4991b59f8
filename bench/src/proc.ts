import { readFile } from 'node:fs/promises';

/** Bytes that a process has read and written, sockets and pipes included: `rchar` and `wchar` of /proc/<pid>/io. */
export interface Io {
  readonly read: number;
  readonly written: number;
}

export async function ioOf(pid: number): Promise<Io> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8');
  return { read: field(text, 'rchar'), written: field(text, 'wchar') };
}

/** Memory of a process in bytes: now, and at its peak (VmRSS, VmHWM). */
export async function memoryOf(
  pid: number,
): Promise<{ readonly now: number; readonly peak: number }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return { now: field(text, 'VmRSS') * 1_024, peak: field(text, 'VmHWM') * 1_024 };
}

function field(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`/proc has no ${name}`);
  return Number(value);
}
