import { setImmediate } from 'node:timers/promises';

import type { BatchHandler, BusRecord } from '@floe/messaging';
import { eventually } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { Assignment } from './assignment.ts';

const OURS = { t: [0] };

describe('Assignment', () => {
  it('commits behind what was handled', async () => {
    const { assignment, commits, committed } = assigned();
    assignment.begin(OURS);

    assignment.push('t', 0, 5n, records(5n, 3));
    await committed();

    expect(commits).toEqual([8n]);
  });

  it('commits nothing from the moment that the group is being formed anew', async () => {
    const gate = Promise.withResolvers<void>();
    const { assignment, commits } = assigned(() => gate.promise);
    assignment.begin(OURS);
    assignment.push('t', 0, 0n, records(0n, 3));

    assignment.fence();
    gate.resolve();
    await setImmediate();
    await assignment.end();

    expect(commits).toEqual([]);
  });

  it('tells the handler that its partition may be lost, and waits for it before the next', async () => {
    const events: string[] = [];
    const gate = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const { assignment, commits } = assigned(async ([first], signal) => {
      events.push(`begin ${first?.offset}`);
      if (events.length > 1) return second.resolve();
      await gate.promise;
      events.push(`end, lost: ${signal.aborted}`);
    });
    assignment.begin(OURS);
    assignment.push('t', 0, 0n, records(0n, 1));
    await Promise.resolve();

    assignment.begin(OURS);
    assignment.push('t', 0, 0n, records(0n, 2));
    gate.resolve();
    await second.promise;
    await assignment.end();

    expect(events).toEqual(['begin 0', 'end, lost: true', 'begin 0']);
    expect(commits).not.toContain(1n);
  });

  it('does not take a fetch of the last epoch for the first of the new one', async () => {
    const { assignment, committed } = assigned(async ([first]) => {
      if (first?.offset !== 0n) await new Promise(() => {});
    });
    assignment.begin(OURS);
    assignment.push('t', 0, 0n, records(0n, 10));
    await committed();
    await setImmediate();
    assignment.push('t', 0, 10n, records(10n, 10));

    assignment.begin(OURS);
    const late = assignment.push('t', 0, 20n, records(20n, 5));
    const again = assignment.push('t', 0, 10n, records(10n, 15));

    expect([late, again]).toEqual([{ seek: 10n }, 'go on']);
  });

  it('drops what was fetched for a partition that is not ours', () => {
    const { assignment, handled } = assigned();
    assignment.begin({});

    expect(assignment.push('t', 0, 0n, records(0n, 3))).toBe('go on');
    expect(handled).toEqual([]);
  });

  it('asks for a pause when much waits, and to resume when nothing does', async () => {
    const gate = Promise.withResolvers<void>();
    const { assignment, resumed } = assigned(() => gate.promise);
    assignment.begin(OURS);

    const verdicts = [
      assignment.push('t', 0, 0n, records(0n, 1_000)),
      assignment.push('t', 0, 1_000n, records(1_000n, 1)),
    ];
    gate.resolve();

    expect(verdicts).toEqual(['go on', 'pause']);
    expect(await resumed).toBe('t/0');
  });

  it('asks for no pause when the handler is done soon, nor for one that nobody would end', async () => {
    const [first, never] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let gate: Promise<void> | undefined = first.promise;
    const { assignment } = assigned(() => gate ?? Promise.resolve());
    const full = (ms: number): Promise<boolean> => assignment.isFull('t', 0, ms);
    assignment.begin(OURS);
    assignment.push('t', 0, 0n, records(0n, 1_001));

    const slow = await full(0);
    gate = undefined;
    const soon = full(60_000);
    first.resolve();
    const handled = await soon;
    gate = never.promise;
    assignment.push('t', 0, 1_001n, records(1_001n, 1_001));
    const formedAnew = full(60_000);
    assignment.begin(OURS);

    expect({ slow, handled, formedAnew: await formedAnew }).toEqual({
      slow: true,
      handled: false,
      formedAnew: false,
    });
  });

  it('commits what was handled before while the next is handled', async () => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
    const handled: bigint[] = [];
    const commits: bigint[] = [];
    const assignment = new Assignment({
      handle: async ([record]) => {
        if (record?.offset === 100n) await first.promise;
        handled.push(record?.offset ?? -1n);
        if (record?.offset === 100n) second.resolve(true);
      },
      report: () => {},
      resume: () => {},
      commit: (next) => {
        commits.push(...next.map(({ offset }) => offset));
        first.resolve();
        return second.promise;
      },
    });
    assignment.begin(OURS);

    assignment.push('t', 0, 0n, records(0n, 101));
    await eventually(() => commits.length === 2);

    expect({ handled, commits }).toEqual({ handled: [0n, 100n], commits: [100n, 101n] });
  });

  it('commits many batches of quick handlers as one, the last as soon as nothing waits', async () => {
    const { assignment, commits } = assigned();
    assignment.begin(OURS);

    assignment.push('t', 0, 0n, records(0n, 1_000));
    await eventually(() => commits.at(-1) === 1_000n);

    expect(commits.length).toBeLessThan(4);
  });

  it('ends the handler of a partition whose commit the broker does not take', async () => {
    const told = Promise.withResolvers<unknown>();
    const assignment = new Assignment({
      handle: async ([first], signal) => {
        if (first?.offset === 0n) return;
        signal.addEventListener('abort', () => told.resolve(signal.reason));
        await told.promise;
      },
      report: () => {},
      resume: () => {},
      commit: async () => false,
    });
    assignment.begin(OURS);

    assignment.push('t', 0, 0n, records(0n, 101));

    expect(await told.promise).toMatchObject({
      message: expect.stringContaining('another member'),
    });
    await assignment.end();
  });

  it('commits again what could not be committed, without handling it again', async () => {
    const { assignment, handled, commits, committed, failures } = assigned();
    failures.push(new Error('no coordinator'));
    assignment.begin(OURS);

    assignment.push('t', 0, 0n, records(0n, 2));
    await committed();

    expect({ handled, commits }).toEqual({ handled: [0n, 1n], commits: [2n] });
  });
});

function assigned(work: BatchHandler = async () => {}) {
  const handled: bigint[] = [];
  const commits: bigint[] = [];
  const failures: Error[] = [];
  const resumed = Promise.withResolvers<string>();
  const committed = Promise.withResolvers<void>();
  const assignment = new Assignment({
    handle: async (batch, signal) => {
      await work(batch, signal);
      handled.push(...batch.map(({ offset }) => offset));
    },
    report: () => {},
    resume: (topic, partition) => resumed.resolve(`${topic}/${partition}`),
    commit: async (next) => {
      const failure = failures.shift();
      if (failure) throw failure;
      commits.push(...next.map(({ offset }) => offset));
      committed.resolve();
      return true;
    },
  });
  const { promise: resuming } = resumed;
  return {
    assignment,
    handled,
    commits,
    failures,
    resumed: resuming,
    committed: () => committed.promise,
  };
}

function records(from: bigint, count: number): BusRecord[] {
  return Array.from({ length: count }, (_, nth) => ({
    topic: 't',
    partition: 0,
    offset: from + BigInt(nth),
    key: Buffer.from('key'),
    value: Buffer.from('value'),
    headers: [],
  }));
}
