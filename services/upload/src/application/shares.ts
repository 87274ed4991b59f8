import { Overloaded, TeamOverloads, type TooMuch } from '../domain/upload-errors.ts';

type Refusal = TeamOverloads | Overloaded;

/** How much may be on its way into this process at once, of all teams and of one. */
export abstract class Shares {
  readonly #ofTeam = new Map<string, number>();
  #all = 0;

  constructor(
    private readonly what: TooMuch,
    private readonly most: number,
    private readonly mostOfTeam: number,
  ) {}

  /**
   * Counts the amount until it is disposed of. What is larger than a limit goes alone, with what it `had` before.
   * Throws TeamOverloads, or Overloaded when others have taken the room.
   */
  take(team: string, amount: number, had = 0): Disposable {
    const refusal = this.refusal(team, amount, had);
    if (refusal !== undefined) throw refusal;
    this.#add(team, amount);
    return {
      [Symbol.dispose]: () => {
        this.#add(team, -amount);
        this.onRoom();
      },
    };
  }

  protected refusal(team: string, amount: number, had = 0): Refusal | undefined {
    const ofTeam = this.#ofTeam.get(team) ?? 0;
    if (ofTeam > had && ofTeam + amount > this.mostOfTeam)
      return new TeamOverloads(team, this.what);
    if (this.#all > had && this.#all + amount > this.most) return new Overloaded(this.what);
    return undefined;
  }

  /** Something was given back. */
  protected onRoom(): void {}

  #add(team: string, amount: number): void {
    this.#all += amount;
    const ofTeam = (this.#ofTeam.get(team) ?? 0) + amount;
    if (ofTeam > 0) this.#ofTeam.set(team, ofTeam);
    else this.#ofTeam.delete(team);
  }
}

interface Waiting {
  readonly team: string;
  readonly amount: number;
  readonly admit: () => void;
}

/** Shorter than any sender or proxy takes a silent connection for lost. */
const PATIENCE_MS = 10_000;

/**
 * Bytes of parts, counted by what their senders announced. Who finds no room waits for it with the body unread: a sender
 * that was refused would have to send all of it once more.
 */
export class BytesInFlight extends Shares {
  readonly #waiting = new Set<Waiting>();
  readonly #patienceMs: number;

  constructor(most: number, mostOfTeam: number, patienceMs = PATIENCE_MS) {
    super('bytes', most, mostOfTeam);
    this.#patienceMs = patienceMs;
  }

  /** `take`, in the order of asking. Throws as it does after some seconds, and the signal's reason at once. */
  async turn(team: string, amount: number, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    const isAwaited = [...this.#waiting].some((other) => other.team === team);
    if (!isAwaited && this.refusal(team, amount) === undefined) return this.take(team, amount);
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
    const waiting = { team, amount, admit: () => resolve(this.take(team, amount)) };
    const leave = (reason: () => unknown): void => {
      if (this.#waiting.delete(waiting)) reject(reason());
    };
    const onAbort = (): void => leave(() => signal.reason);
    signal.addEventListener('abort', onAbort);
    const patience = setTimeout(
      () => leave(() => this.refusal(team, amount) ?? new TeamOverloads(team, 'bytes')),
      this.#patienceMs,
    );
    this.#waiting.add(waiting);
    try {
      return await promise;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', onAbort);
    }
  }

  protected override onRoom(): void {
    for (const waiting of this.#waiting) {
      if (this.refusal(waiting.team, waiting.amount) !== undefined) continue;
      this.#waiting.delete(waiting);
      waiting.admit();
    }
  }
}

/** Models and layers that come as whole bodies: each holds files and buffers, however slowly it comes. */
export class OpenBodies extends Shares {
  constructor(most: number, mostOfTeam: number) {
    super('uploads', most, mostOfTeam);
  }
}
