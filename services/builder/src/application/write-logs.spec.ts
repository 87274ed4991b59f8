import type { Transaction } from '@floe/messaging';
import { Transactions } from '@floe/outbox';
import { eventually } from '@floe/testing';
import { type Job, JobQueue, type QueueDepth } from '@floe/work';
import { Logger } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import type { BuildTask } from '../domain/build-task.ts';
import type { LogLine } from '../domain/log-line.ts';
import { inferred } from '../test-builder.ts';
import { BuildLogs, type LogPage } from './build-logs.ts';
import { TellBuild } from './tell-build.ts';
import { WriteLogs } from './write-logs.ts';

const at = new Date(0);

describe('WriteLogs', () => {
  it('tells what comes within a moment at once, at most a hundred lines in one fact', async () => {
    const rig = new Rig();
    const log = await rig.logs.open(job('a'));

    for (let n = 0; n < 250; n += 1) log.add(`line ${n + 1}`, at);
    await eventually(() => rig.written().length === 250);

    expect(rig.told.map(({ lines }) => lines.length)).toEqual([100, 100, 50]);
    expect(rig.written().map(({ n }) => n)).toEqual(Array.from({ length: 250 }, (_, n) => n + 1));
  });

  it('writes the lines of all runs in one transaction', async () => {
    const rig = new Rig();
    const [one, other] = [await rig.logs.open(job('a')), await rig.logs.open(job('b'))];

    one.add('of a', at);
    other.add('of b', at);
    await eventually(() => rig.told.length === 2);

    expect(rig.transactions).toBe(1);
    expect(rig.told.map(({ lines }) => lines[0]?.text)).toEqual(['of a', 'of b']);
  });

  it('leaves to the end what is not written yet, and keeps what could not be', async () => {
    const rig = new Rig();
    const log = await rig.logs.open(job('a'));
    rig.fault = new Error('no database');
    for (let n = 0; n < 100; n += 1) log.add('early', at);
    await eventually(() => rig.transactions === 1);
    rig.fault = undefined;
    log.add('late', at);

    const lines = await rig.logs.close(log);

    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 101 }, (_, n) => n + 1));
    expect(rig.told).toEqual([]);
  });

  it('goes on behind the lines of earlier attempts, and writes none of a late one', async () => {
    const rig = new Rig();
    rig.last = 7;
    const late = await rig.logs.open({ ...job('late'), fence: 1 });
    const current = await rig.logs.open({ ...job('a'), fence: 2 });

    late.add('too late', at);
    current.add('in time', at);
    await eventually(() => rig.told.length > 0);

    expect(rig.written()).toMatchObject([{ n: 8, text: 'in time' }]);
  });
});

function job(id: string): Job<BuildTask> {
  const payload = { ...inferred([]), buildId: id };
  return { id, team: 'demo', payload, fence: 1, errors: 0, deaths: 0, claimedAt: at };
}

class Quiet extends Logger {
  override warn(): void {}
}

/** The ends of the class in memory; the job `late` is held by somebody else. */
class Rig {
  readonly told: { readonly lines: readonly LogLine[] }[] = [];
  readonly logs: WriteLogs;
  transactions = 0;
  last = 0;
  fault: Error | undefined;

  constructor() {
    // oxlint-disable-next-line typescript/no-this-alias
    const rig = this;
    class MemoryTransactions extends Transactions {
      override async run<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
        rig.transactions += 1;
        if (rig.fault) throw rig.fault;
        return work({ signal: new AbortController().signal, traces: new Map() });
      }
    }
    class Held extends JobQueue<BuildTask> {
      override async hold(jobs: readonly { readonly id: string }[]): Promise<ReadonlySet<string>> {
        return new Set(jobs.map(({ id }) => id).filter((id) => id !== 'late'));
      }
      override async enqueue(): Promise<void> {}
      override async requestCancel(): Promise<void> {}
      override async depth(): Promise<QueueDepth> {
        return { waiting: 0, running: 0, oldestWaitingMs: 0, leaseOverdueMs: 0 };
      }
    }
    class Kept extends BuildLogs {
      override async last(): Promise<number> {
        return rig.last;
      }
      override async open(): Promise<void> {}
      override async add(_: string, lines: readonly LogLine[]): Promise<void> {
        rig.told.push({ lines });
      }
      override async end(): Promise<void> {}
      override async read(): Promise<LogPage | undefined> {
        return undefined;
      }
      override onChange(): () => void {
        return () => {};
      }
    }
    const kept = new Kept();
    const tell = new TellBuild({ add: async () => {} } as never, kept);
    this.logs = new WriteLogs(new MemoryTransactions(), new Held(), kept, tell, new Quiet());
  }

  written(): readonly LogLine[] {
    return this.told.flatMap(({ lines }) => lines);
  }
}
