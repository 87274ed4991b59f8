import { setTimeout as sleep } from 'node:timers/promises';

/** A sender may need so long between two chunks; who takes an upload up again is made to wait so long. */
const QUIET_MS = 1_000;
/** A part whose sender is silent for so long is given to the next who sends it: a lost connection may stay open. */
const LOST_MS = 3_000;

/** The right to write a part, until it is disposed of. */
export interface Turn extends Disposable {
  /** Aborted when the sender was silent and another one sends the same part. */
  readonly lost: AbortSignal;
  /** A chunk came. */
  moved(): void;
  /** Until this is done the sender is made to wait: its silence is not its own. */
  heldUp<T>(waiting: Promise<T>): Promise<T>;
}

/** Which uploads are being sent to this process now, and by whom each of their parts is being written. */
export class LiveUploads {
  readonly #turns = new Map<string, HeldTurn>();
  readonly #moved = new Map<string, number>();
  readonly #watching = new Map<string, PromiseWithResolvers<void>>();

  /** Somebody uses the upload. */
  touch(id: string): void {
    const now = performance.now();
    this.#moved.delete(id);
    this.#moved.set(id, now);
    this.#watching.get(id)?.resolve();
    this.#watching.delete(id);
    for (const [old, at] of this.#moved) {
      if (now - at < QUIET_MS) return;
      this.#moved.delete(old);
    }
  }

  /**
   * The first of these uploads that nobody uses; it is used from then on. Told at once, or after the moment that a live
   * sender may need.
   */
  async takeIdle(ids: readonly string[]): Promise<string | undefined> {
    const seen = ids.map((id) => this.#moved.get(id));
    // All at once: many may send blobs of one size.
    await Promise.all(ids.map((id, at) => this.#watch(id, seen[at])));
    const idle = ids.find((id, at) => (this.#moved.get(id) ?? seen[at]) === seen[at]);
    if (idle !== undefined) this.touch(idle);
    return idle;
  }

  /** Waits until nobody writes this part; nobody else does until the turn is disposed of. */
  async turn(id: string, number: number): Promise<Turn> {
    const key = `${id}/${number}`;
    for (let held = this.#turns.get(key); held; held = this.#turns.get(key))
      await held.endedOrLost();
    const turn = new HeldTurn(
      () => this.touch(id),
      () => this.#turns.delete(key),
    );
    this.#turns.set(key, turn);
    return turn;
  }

  /** Until it gives a sign of life, or has given none for long enough. */
  async #watch(id: string, at = -Infinity): Promise<void> {
    const left = at + QUIET_MS - performance.now();
    if (left <= 0) return;
    const watch = this.#watching.get(id) ?? Promise.withResolvers<void>();
    this.#watching.set(id, watch);
    const timer = new AbortController();
    const late = sleep(left, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([watch.promise, late]);
    timer.abort();
    if (this.#watching.get(id) === watch) this.#watching.delete(id);
  }
}

class HeldTurn implements Turn {
  readonly #lost = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #movedAt = performance.now();

  constructor(
    private readonly onMoved: () => void,
    private readonly onEnded: () => void,
  ) {}

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  moved(): void {
    this.#movedAt = performance.now();
    this.onMoved();
  }

  async heldUp<T>(waiting: Promise<T>): Promise<T> {
    const alive = setInterval(() => this.moved(), QUIET_MS / 2);
    try {
      return await waiting;
    } finally {
      clearInterval(alive);
      this.moved();
    }
  }

  /** Ends it when it is silent for too long; what it writes is waited for. */
  async endedOrLost(): Promise<void> {
    const silent = performance.now() - this.#movedAt;
    if (silent >= LOST_MS) {
      this.#lost.abort(new Error('another one sends this part'));
      return this.#ended.promise;
    }
    const timer = new AbortController();
    const late = sleep(LOST_MS - silent, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([this.#ended.promise, late]);
    timer.abort();
  }

  [Symbol.dispose](): void {
    this.onEnded();
    this.#ended.resolve();
  }
}
