import { setTimeout as sleep } from 'node:timers/promises';

import { Doorbell } from '@floe/messaging';

import { THIS_PROCESS } from './announcements.ts';
import type { Connections } from './connections.ts';
import { membersOf } from './members.ts';
import { readHeads } from './read-records.ts';
import type { Session } from './session.ts';
import type { Subscription } from './subscription.ts';

const TICK_MS = 1_000;

/** What the session needs to know and to tell. */
export interface MembershipParts {
  readonly connections: Connections;
  readonly subscriptions: ReadonlySet<Subscription>;
  readonly partitionsOf: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly tellOthers: () => void;
  readonly report: (error: unknown) => void;
}

/**
 * One session for all subscriptions of a bus: it listens, it is what makes them alive to other members, and it holds
 * the locks of their partitions. When it is lost, all of them are, and it begins again.
 */
export class Membership {
  readonly #bell = new Doorbell();
  #session: Session | undefined;

  constructor(private readonly parts: MembershipParts) {}

  /** Something changed: members, partitions or the ends of their logs. */
  ring(): void {
    this.#bell.ring();
  }

  /** Makes room for the other members at once; without a session there is nothing to leave. */
  async leave(subscription: Subscription): Promise<void> {
    try {
      if (this.#session) await subscription.leave(this.#session);
    } catch {
      // The session is being lost, and the membership with it.
    }
    this.parts.tellOthers();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#inOneSession(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.parts.report(error);
        await sleep(TICK_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #inOneSession(stop: AbortSignal): Promise<void> {
    const { connections, subscriptions } = this.parts;
    if (subscriptions.size === 0) return this.#bell.wait(TICK_MS, stop);
    const session = await connections.session((payload) => {
      if (payload !== THIS_PROCESS) this.#bell.ring();
    });
    const signal = AbortSignal.any([stop, session.lost]);
    try {
      await session.query('LISTEN bus');
      this.#session = session;
      while (!signal.aborted) {
        await this.#tick(session);
        await this.#bell.wait(TICK_MS, signal);
      }
      session.lost.throwIfAborted();
    } finally {
      this.#session = undefined;
      for (const subscription of subscriptions) subscription.lose();
      await session.end();
      this.parts.tellOthers();
    }
  }

  async #tick(session: Session): Promise<void> {
    const { subscriptions, partitionsOf } = this.parts;
    const topics = [...new Set([...subscriptions].flatMap((each) => each.topics))];
    const heads = await readHeads(session, topics);
    for (const subscription of subscriptions) subscription.advance(heads);

    const partitions = await partitionsOf(topics);
    for (const subscription of subscriptions) await subscription.join(session);
    const groups = [...new Set([...subscriptions].map(({ group }) => group))];
    const members = await membersOf(session, groups);
    for (const subscription of subscriptions) {
      await subscription.share(session, members, partitions);
    }
  }
}
