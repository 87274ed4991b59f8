import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Opens parts that may be away, again and again, and knows what each of them is waiting for. */
export class Opening {
  readonly #states = new Map<string, string>();

  /** `report` is told each new reason why a part does not answer, once. */
  constructor(
    private readonly signal: AbortSignal,
    private readonly report: (part: string, error: unknown) => void,
  ) {}

  /** `ok`, or why not, of each part that was asked for. */
  get states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#states);
  }

  /** What `open` gives once it succeeds. Rejects only when the signal is aborted. */
  async open<Part>(name: string, open: (signal: AbortSignal) => Promise<Part>): Promise<Part> {
    this.#states.set(name, 'is being opened');
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const part = await open(this.signal);
        this.#states.set(name, 'ok');
        return part;
      } catch (error) {
        this.signal.throwIfAborted();
        const reason = reasonOf(error);
        if (this.#states.get(name) !== reason) this.report(name, error);
        this.#states.set(name, reason);
      }
      await sleep(pauseMs, undefined, { signal: this.signal });
    }
  }
}

/** With the cause behind it: what `fetch failed` or an empty message of two refused addresses leave out. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : error.name;
  const reason = error.message === '' ? code : error.message;
  return error.cause === undefined ? reason : `${reason}: ${reasonOf(error.cause)}`;
}
