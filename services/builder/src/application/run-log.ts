import type { LogLine } from '../domain/log-line.ts';

const BATCH_LINES = 100;

/** Numbers the lines of one run and keeps them until somebody writes them. */
export class RunLog {
  readonly #waiting: LogLine[] = [];

  /**
   * @param last the number of the last line that earlier runs wrote
   * @param due told how many lines wait, at each that comes
   */
  constructor(
    private last: number,
    private readonly due: (waiting: number) => void,
  ) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  add(text: string, at: Date, stream: LogLine['stream'] = 'floe'): void {
    this.last += 1;
    this.#waiting.push({ n: this.last, at, stream, text });
    this.due(this.#waiting.length);
  }

  /** As many as one fact may hold. */
  take(): readonly LogLine[] {
    return this.#waiting.splice(0, BATCH_LINES);
  }

  /** Lines that could not be written, before those that came since. */
  putBack(lines: readonly LogLine[]): void {
    this.#waiting.unshift(...lines);
  }
}
