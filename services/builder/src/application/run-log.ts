import type { LogLine } from '../domain/log-line.ts';

const BATCH_LINES = 100;
const BATCH_MS = 200;

/** Numbers the lines of one run and has them written in batches: up to 100 lines, or what came within 200 ms. */
export class RunLog {
  readonly #waiting: LogLine[] = [];
  #writing = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** @param last the number of the last line that earlier runs wrote */
  constructor(
    private last: number,
    private readonly write: (lines: readonly LogLine[]) => Promise<void>,
    private readonly now: () => Date,
  ) {}

  add(text: string, stream: LogLine['stream'] = 'floe'): void {
    this.last += 1;
    this.#waiting.push({ n: this.last, at: this.now(), stream, text });
    if (this.#waiting.length >= BATCH_LINES) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  /** Waits for what is being written and gives the lines that are not: they belong to the transaction of the end. */
  async close(): Promise<readonly LogLine[]> {
    clearTimeout(this.#timer);
    await this.#writing;
    return this.#waiting.splice(0);
  }

  /** Lines that could not be written stay, before those that came since. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting.splice(0);
    this.#writing = this.#writing
      .then(() => this.write(batch))
      .catch(() => void this.#waiting.unshift(...batch));
  }
}
