import { setTimeout as sleep } from 'node:timers/promises';

const BATCH_ITEMS = 64;

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Writes what comes while one batch is being written as the next one: alone when it is quiet, many together under load.
 * A batch that fails is written item by item, so that one that cannot be written spoils no other.
 */
export class Batches<Item> {
  readonly #waiting: Waiting<Item>[] = [];
  #isWriting = false;

  constructor(
    private readonly writeAll: (items: readonly Item[]) => Promise<void>,
    private readonly writeOne: (item: Item) => Promise<void>,
    /** Time to wait for more before a batch is written, asked each time. */
    private readonly gatherMs: () => number = () => 0,
  ) {}

  /** Resolves when the item is written, rejects with what `writeOne` rejects with. */
  async add(item: Item): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ item, resolve, reject });
    if (!this.#isWriting) void this.#write();
    return promise;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const gatherMs = this.gatherMs();
      if (gatherMs > 0) await sleep(gatherMs);
      await this.#writeBatch(this.#waiting.splice(0, BATCH_ITEMS));
    }
    this.#isWriting = false;
  }

  async #writeBatch(batch: readonly Waiting<Item>[]): Promise<void> {
    if (batch.length > 1 && (await this.#wroteTogether(batch))) return;
    await Promise.all(
      batch.map(({ item, resolve, reject }) => this.writeOne(item).then(resolve, reject)),
    );
  }

  async #wroteTogether(batch: readonly Waiting<Item>[]): Promise<boolean> {
    try {
      await this.writeAll(batch.map(({ item }) => item));
    } catch {
      return false;
    }
    for (const { resolve } of batch) resolve();
    return true;
  }
}
