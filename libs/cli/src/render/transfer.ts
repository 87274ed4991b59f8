import type { Terminal } from '../terminal/terminal.ts';
import { barText } from './bar.ts';
import { bytesText, durationText } from './quantities.ts';
import { Rate } from './rate.ts';

const REDRAW_MS = 100;
const PLAIN_EVERY_MS = 10_000;
const LEAST_ETA_MS = 500;

/** How far a transfer is, with rate and time left: a live line on a terminal, a line every 10 s elsewhere. */
export class Transfer {
  readonly #rate: Rate;
  #drawn: number;

  constructor(
    private readonly name: string,
    private readonly terminal: Terminal,
    private readonly now: () => number,
  ) {
    this.#rate = new Rate(now());
    this.#drawn = terminal.live ? -Infinity : now();
  }

  readonly show = (doneBytes: number, totalBytes: number): void => {
    const now = this.now();
    const { bytesPerSecond, etaMs } = this.#rate.at(now, doneBytes, totalBytes);
    const { live, err } = this.terminal;
    if (now - this.#drawn < (live ? REDRAW_MS : PLAIN_EVERY_MS)) return;
    this.#drawn = now;
    const parts = [`${bytesText(doneBytes)} of ${bytesText(totalBytes)}`];
    if (bytesPerSecond > 0) parts.push(`${bytesText(bytesPerSecond)}/s`);
    if (etaMs !== undefined && etaMs > LEAST_ETA_MS) parts.push(`${durationText(etaMs)} left`);
    const bar = live ? `${barText(doneBytes, totalBytes)} ` : '';
    (live ?? err)(`${this.name.padEnd(8)}${bar}${parts.join(', ')}`);
  };
}
