import type { BatchHandler, BusRecord } from '@floe/messaging';

import { type Commit, Commits } from './commits.ts';
import { PartitionQueue } from './partition-queue.ts';

export interface AssignmentParts {
  readonly handle: BatchHandler;
  readonly report: (error: unknown) => void;
  readonly commit: Commit;
  readonly resume: (topic: string, partition: number) => void;
}

/** What to do with a fetched batch. */
export type Verdict = 'go on' | 'pause' | { readonly seek: bigint };

/**
 * The partitions of a member, by epochs. kafkajs does not say which partitions it loses, and the broker takes the
 * commit of any member of the group for any partition: each time the group is formed a new epoch begins, and nothing
 * of an older one commits.
 */
export class Assignment {
  #epoch = 0;
  #queues = new Map<string, PartitionQueue>();
  /** What a partition that stays ours was committed up to: its next fetch must begin there. */
  readonly #expected = new Map<string, bigint>();
  /** The ends of earlier readers: one handler at a time per partition. */
  readonly #endings = new Map<string, Promise<void>>();
  readonly #commits: Commits;

  constructor(private readonly parts: AssignmentParts) {
    this.#commits = new Commits(parts.commit);
  }

  /** The group is being formed anew: until it is, nothing is committed. */
  fence(): void {
    this.#epoch += 1;
  }

  /** The group has been formed. */
  begin(assigned: Readonly<Record<string, readonly number[]>>): void {
    this.#epoch += 1;
    const former = this.#queues;
    this.#queues = new Map();
    this.#expected.clear();
    for (const [name, queue] of former) {
      queue.lose();
      this.#endings.set(name, queue.ended);
    }
    for (const [topic, partitions] of Object.entries(assigned)) {
      for (const partition of partitions) {
        const name = nameOf(topic, partition);
        const committed = former.get(name)?.committed;
        if (committed !== undefined) this.#expected.set(name, committed);
        this.#queues.set(name, this.#queue(topic, partition, committed));
      }
    }
  }

  /** Takes what the client fetched from `fetchedOffset` on. Never throws, never waits. */
  push(
    topic: string,
    partition: number,
    fetchedOffset: bigint,
    records: readonly BusRecord[],
  ): Verdict {
    const name = nameOf(topic, partition);
    const queue = this.#queues.get(name);
    if (queue === undefined) return 'go on';
    // A fetch of the last epoch may come after the group was formed anew: it begins behind what was given up.
    const expected = this.#expected.get(name);
    this.#expected.delete(name);
    if (expected !== undefined && fetchedOffset !== expected) return { seek: expected };
    return queue.push(fetchedOffset, records) ? 'pause' : 'go on';
  }

  /** Whether a partition that was to be paused is to be paused still, after a wait of at most `ms` for its handler. */
  async isFull(topic: string, partition: number, ms: number): Promise<boolean> {
    const name = nameOf(topic, partition);
    const queue = this.#queues.get(name);
    if (queue === undefined) return false;
    const isFull = await queue.isFull(ms);
    // The queue of another epoch knows nothing of this pause, and would never end it.
    return isFull && this.#queues.get(name) === queue;
  }

  /** Gives everything up; resolves when no handler runs any more. */
  async end(): Promise<void> {
    this.begin({});
    await Promise.all(this.#endings.values());
  }

  #queue(topic: string, partition: number, committed: bigint | undefined): PartitionQueue {
    const epoch = this.#epoch;
    const { handle, report, resume } = this.parts;
    const reading = {
      handle,
      report,
      resume: () => resume(topic, partition),
      commit: (offset: bigint) =>
        this.#commits.add({ topic, partition, offset }, () => epoch === this.#epoch),
    };
    const before = this.#endings.get(nameOf(topic, partition)) ?? Promise.resolve();
    return new PartitionQueue(reading, committed, before);
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
