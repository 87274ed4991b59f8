import { Together } from '@floe/messaging';

import { errorTypeOf } from './error-type.ts';

const MOST_PARTITIONS = 1_000;

/** What the broker may say of one partition while it takes the others. */
const OF_ONE_PARTITION = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED']);

export interface NextOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * Commits the next offsets of some partitions, under the membership that the client has now. Gives `false` when the
 * broker does not take them because the group has changed, rejects when the outcome is unknown.
 */
export type Commit = (next: readonly NextOffset[]) => Promise<boolean>;

interface Due {
  readonly next: NextOffset;
  readonly isOurs: () => boolean;
}

/** The commits of one member: one is under way, what comes meanwhile is the next one. */
export class Commits {
  readonly #due: Together<Due, boolean>;

  constructor(commit: Commit) {
    this.#due = new Together(
      (due) => commitOurs(due, commit),
      MOST_PARTITIONS,
      (error) => OF_ONE_PARTITION.has(errorTypeOf(error)),
    );
  }

  /** @param isOurs asked again when the commit is sent: gives `false`, as the broker would, for what is not ours any more */
  add(next: NextOffset, isOurs: () => boolean): Promise<boolean> {
    return this.#due.ask({ next, isOurs });
  }
}

async function commitOurs(due: readonly Due[], commit: Commit): Promise<readonly boolean[]> {
  const ours = new Set(due.filter(({ isOurs }) => isOurs()));
  const isTaken = ours.size > 0 && (await commit([...ours].map(({ next }) => next)));
  return due.map((each) => isTaken && ours.has(each));
}
