/** One doorbell for each key, for many who wait for news of many things; a ring while nobody waits is forgotten. */
export class Doorbells {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** What somebody waits for now. */
  keys(): Iterable<string> {
    return this.#waiting.keys();
  }

  ring(key: string): void {
    for (const wake of this.#waiting.get(key) ?? []) wake();
  }

  /** Resolves at the key's next ring, after `netMs` at the latest, and at once when aborted. */
  async wait(key: string, netMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(wake));
    const net = setTimeout(wake, netMs);
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    clearTimeout(net);
    waiting.delete(wake);
    if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
  }
}
