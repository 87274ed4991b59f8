import { describe, expect, it } from 'vitest';

import { Commits, type NextOffset } from './commits.ts';

const always = (): boolean => true;

describe('Commits', () => {
  it('commits what becomes due while a commit is under way as one', async () => {
    const broker = new Broker();
    const commits = new Commits(broker.commit);

    const answers = Promise.all([0, 1, 2].map((partition) => commits.add(next(partition), always)));
    broker.open();

    expect(await answers).toEqual([true, true, true]);
    expect(broker.commits).toEqual([[0], [1, 2]]);
  });

  it('does not send what is not ours any more when its turn comes', async () => {
    const broker = new Broker();
    const commits = new Commits(broker.commit);
    let ours = true;

    const answers = Promise.all([
      commits.add(next(0), always),
      commits.add(next(1), () => ours),
      commits.add(next(2), always),
    ]);
    ours = false;
    broker.open();

    expect(await answers).toEqual([true, false, true]);
    expect(broker.commits).toEqual([[0], [2]]);
  });

  it('lets no partition fail for another that the broker does not know', async () => {
    const broker = new Broker();
    broker.fails = (partitions) => partitions.includes(1) && unknownPartition();
    const commits = new Commits(broker.commit);

    const answers = Promise.allSettled([0, 1, 2].map((nth) => commits.add(next(nth), always)));
    broker.open();

    expect((await answers).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('asks a broker that is away only once for all', async () => {
    const broker = new Broker();
    broker.fails = (partitions) => partitions.includes(1) && new Error('no coordinator');
    const commits = new Commits(broker.commit);

    const answers = Promise.allSettled([0, 1, 2].map((nth) => commits.add(next(nth), always)));
    broker.open();

    expect((await answers).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(broker.commits).toEqual([[0], [1, 2]]);
  });
});

/** Notes the partitions of each commit, and answers none before it is open. */
class Broker {
  readonly commits: number[][] = [];
  fails: (partitions: readonly number[]) => Error | false = () => false;
  readonly #opened = Promise.withResolvers<void>();

  readonly open = (): void => this.#opened.resolve();

  readonly commit = async (due: readonly NextOffset[]): Promise<boolean> => {
    const partitions = due.map(({ partition }) => partition);
    this.commits.push(partitions);
    await this.#opened.promise;
    const error = this.fails(partitions);
    if (error) throw error;
    return true;
  };
}

function next(partition: number): NextOffset {
  return { topic: 't', partition, offset: 1n };
}

function unknownPartition(): Error {
  return Object.assign(new Error('unknown'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
}
