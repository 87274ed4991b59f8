import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { BatchHandler, Bus } from '../bus.ts';

export const STEPS = [
  'before its handler',
  'in its handler',
  'before its commit',
  'while it commits',
  'after its commit',
] as const;
export type Step = (typeof STEPS)[number];

/** What a consumer process is to do; its first argument, as JSON. */
export interface ConsumerOrder {
  readonly address: string;
  readonly group: string;
  readonly topic: string;
  /** A file that gets a line for each record handled: monotonic time in ns, a blank, the value. */
  readonly log: string;
  /** Kills itself in the batch in which it has been given this many records; else it blocks in its first batch. */
  readonly death?: { readonly step: Step; readonly afterRecords: number };
}

/** The whole life of a consumer process. It says "reading" when it was given its first batch. */
export async function runConsumer(open: (address: string) => Promise<Bus>): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '') as ConsumerOrder;
  const bus = await open(order.address);
  bus.subscribe(order.group, [order.topic], order.death ? mortal(order) : blocking());
  process.stdin.resume();
}

function blocking(): BatchHandler {
  return async () => {
    process.stdout.write('reading\n');
    await sleep(600_000);
  };
}

function mortal({ log, death }: ConsumerOrder): BatchHandler {
  let given = 0;
  return async (records) => {
    if (given === 0) process.stdout.write('reading\n');
    given += records.length;
    const step = death && given >= death.afterRecords ? death.step : undefined;
    if (step === 'before its handler') die();
    for (const [nth, { value }] of records.entries()) {
      if (step === 'in its handler' && nth === Math.floor(records.length / 2)) die();
      appendFileSync(log, `${process.hrtime.bigint()} ${String(value)}\n`);
    }
    if (step === 'before its commit') die();
    if (step === 'while it commits') setImmediate(die);
    if (step === 'after its commit') setTimeout(die, 100);
  };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
