/**
 * Preloaded into a process that is measured. Tells whoever holds its channel, when asked, what it took since it was
 * asked last: how much its main thread computed at most between two turns of the event loop, and the rest from the
 * kernel's books of this process. A turn is measured in the thread's own processor time, not in the time of the wall:
 * other processes of a busy machine make a turn long without blocking anything of ours. What the measure leaves out is
 * a wait inside of a turn (synchronous reads of a disk), of which the platform has none in its main thread.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import type { Taken } from './taken.ts';

const TICK_MS = 1;

let longestTurnMs = 0;
let last = process.threadCpuUsage();

setInterval(() => {
  const now = process.threadCpuUsage();
  const turnMs = (now.user - last.user + now.system - last.system) / 1_000;
  longestTurnMs = Math.max(longestTurnMs, turnMs);
  last = now;
}, TICK_MS).unref();

process.on('message', () => process.send?.(taken()));
process.channel?.unref();

function taken(): Taken {
  const status = readFileSync('/proc/self/status', 'utf8');
  const io = readFileSync('/proc/self/io', 'utf8');
  const peakBytes = numberIn(status, /^VmHWM:\s+(\d+) kB$/m) * 1_024;
  const told = { longestTurnMs, peakBytes, writtenBytes: numberIn(io, /^wchar: (\d+)$/m) };
  longestTurnMs = 0;
  // Resets VmHWM to what is resident now (proc(5)).
  writeFileSync('/proc/self/clear_refs', '5');
  last = process.threadCpuUsage();
  return told;
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}
