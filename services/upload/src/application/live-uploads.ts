import { setTimeout as sleep } from 'node:timers/promises';

/** Between two parts a sender may need so long, and who takes an upload up again is made to wait so long. */
const QUIET_MS = 1_000;

/** Which uploads are being sent to this process now, and by whom each of their parts is being written. */
export class LiveUploads {
  readonly #turns = new Map<string, Promise<void>>();
  readonly #calls = new Map<string, number>();
  readonly #touched = new Map<string, number>();

  /** Marks the upload as in use until it is disposed of, and for a moment longer. */
  use(id: string): Disposable {
    this.#calls.set(id, (this.#calls.get(id) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#calls.get(id) ?? 1) - 1;
        if (left > 0) this.#calls.set(id, left);
        else this.#calls.delete(id);
        this.touch(id);
      },
    };
  }

  touch(id: string): void {
    const now = performance.now();
    this.#touched.delete(id);
    this.#touched.set(id, now);
    for (const [old, at] of this.#touched) {
      if (now - at < QUIET_MS) return;
      this.#touched.delete(old);
    }
  }

  /** Whether nobody uses it: at once where that is plain, else after the moment that a live sender may need. */
  async isIdle(id: string): Promise<boolean> {
    if (this.#calls.has(id)) return false;
    const at = this.#touched.get(id);
    const left = at === undefined ? 0 : at + QUIET_MS - performance.now();
    if (left <= 0) return true;
    await sleep(left);
    return !this.#calls.has(id) && this.#touched.get(id) === at;
  }

  /** Waits until nobody writes this part; nobody else does until the turn is disposed of. */
  async turn(id: string, number: number): Promise<Disposable> {
    const key = `${id}/${number}`;
    const before = this.#turns.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = (before ?? Promise.resolve()).then(() => promise);
    this.#turns.set(key, mine);
    await before;
    return {
      [Symbol.dispose]: () => {
        resolve();
        if (this.#turns.get(key) === mine) this.#turns.delete(key);
      },
    };
  }
}
