import { Injectable } from '@nestjs/common';

const NET_MS = 1_000;

/** Wakes those who wait for the end of a build; another process' news comes with the next look. */
@Injectable()
export class EndedBuilds {
  readonly #waiting = new Map<string, Set<() => void>>();

  ring(buildId: string): void {
    for (const wake of this.#waiting.get(buildId) ?? []) wake();
  }

  /** Resolves when the build may have ended, after a second at the latest, and at once when aborted. */
  async wait(buildId: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const waiting = this.#waiting.get(buildId) ?? new Set();
    this.#waiting.set(buildId, waiting.add(wake));
    const net = setTimeout(wake, NET_MS);
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    clearTimeout(net);
    waiting.delete(wake);
    if (waiting.size === 0 && this.#waiting.get(buildId) === waiting) this.#waiting.delete(buildId);
  }
}
