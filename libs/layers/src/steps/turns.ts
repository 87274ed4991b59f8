import { setImmediate } from 'node:timers/promises';

const MOST_MS = 10;

/** Gives others their turn when work without a wait in it has taken long. */
export class Turns {
  #since = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#since >= MOST_MS;
  }

  async pause(): Promise<void> {
    if (!this.isOver) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
