import { joinGroup, leaveGroup, type Member } from './members.ts';
import { disownPartition, ownPartitions } from './own-partitions.ts';
import { PartitionReader, type Reading } from './partition-reader.ts';
import { type Head, nameOf, type Place } from './place.ts';
import type { Session } from './session.ts';
import { shareOf } from './share-of.ts';

const HAND_OVER_MS = 5_000;

/** One member of a group: what it is to read, and its readers. */
export class Subscription {
  #id: number | undefined;
  #ended = false;
  readonly #readers = new Map<string, PartitionReader>();
  readonly #heads = new Map<string, bigint>();

  /** @param held the partitions that this process's session holds: its locks do not keep it from itself */
  constructor(
    readonly topics: readonly string[],
    private readonly reading: Reading,
    private readonly held: Set<string>,
    private readonly changed: () => void,
  ) {}

  get group(): string {
    return this.reading.group;
  }

  get joined(): boolean {
    return this.#id !== undefined;
  }

  advance(heads: readonly Head[]): void {
    for (const head of heads) {
      if (!this.topics.includes(head.topic)) continue;
      const name = nameOf(head);
      this.#heads.set(name, head.lastOffset);
      this.#readers.get(name)?.advance(head.lastOffset);
    }
  }

  async join(session: Session): Promise<void> {
    if (this.#id !== undefined) return;
    this.#id = await joinGroup(session, this.group, this.topics);
    this.changed();
  }

  /** Takes what is its share and free; gives up what is not its share any more. */
  async share(
    session: Session,
    members: readonly Member[],
    partitions: ReadonlyMap<string, number>,
  ): Promise<void> {
    if (this.#id === undefined) return;
    const own = { id: this.#id, group: this.group, topics: this.topics };
    const wanted = new Map(
      shareOf(own, members, partitions).map((place) => [nameOf(place), place] as const),
    );
    for (const [name, reader] of this.#readers) {
      if (!wanted.has(name)) reader.stop(HAND_OVER_MS);
    }
    const free = [...wanted].filter(([name]) => !this.held.has(this.#lockOf(name)));
    if (free.length === 0) return;
    const owned = await ownPartitions(
      session,
      this.group,
      free.map(([, place]) => place),
    );
    for (const place of owned) {
      const name = nameOf(place);
      const reader = new PartitionReader(this.reading, place, this.#heads.get(name) ?? 0n);
      this.held.add(this.#lockOf(name));
      this.#readers.set(name, reader);
      void this.#release(session, name, place, reader);
      if (this.#ended) reader.stop(0);
    }
  }

  /** The session is gone, and its locks with it: another member may be reading already. */
  lose(): void {
    this.#id = undefined;
    for (const reader of this.#readers.values()) reader.stop(0);
  }

  /** Gives everything up; resolves when no handler runs any more. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const reader of this.#readers.values()) reader.stop(0);
    await Promise.all([...this.#readers.values()].map(({ ended }) => ended));
  }

  async leave(session: Session): Promise<void> {
    const id = this.#id;
    this.#id = undefined;
    if (id !== undefined) await leaveGroup(session, id);
  }

  async #release(
    session: Session,
    name: string,
    place: Place,
    reader: PartitionReader,
  ): Promise<void> {
    await reader.ended;
    // On a session that has ended the lock has ended too.
    await disownPartition(session, this.group, place).catch(() => {});
    this.#readers.delete(name);
    this.held.delete(this.#lockOf(name));
    this.changed();
  }

  #lockOf(name: string): string {
    return `${this.group}/${name}`;
  }
}
