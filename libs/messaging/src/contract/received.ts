import type { BatchHandler, BusRecord } from '../bus.ts';

const DEADLINE_MS = 60_000;

/** What handlers were given, in the order of time. */
export class Received {
  readonly records: BusRecord[] = [];
  readonly #values = new Set<string>();
  #check: () => void = () => {};

  readonly handle: BatchHandler = async (records) => this.add(records);

  get values(): string[] {
    return this.records.map(({ value }) => String(value));
  }

  add(records: readonly BusRecord[]): void {
    this.records.push(...records);
    for (const { value } of records) this.#values.add(String(value));
    this.#check();
  }

  /** Resolves when the condition holds; rejects at the deadline with what there is. One at a time. */
  async until(condition: (received: this) => boolean, deadlineMs = DEADLINE_MS): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      const { length } = this.records;
      reject(new Error(`not within ${deadlineMs} ms: ${condition.toString()}; ${length} records`));
    }, deadlineMs);
    this.#check = (): void => {
      if (condition(this)) resolve();
    };
    this.#check();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#check = (): void => {};
    }
  }

  /** Resolves when each of the values was given at least once. */
  all(values: readonly string[], deadlineMs?: number): Promise<void> {
    const missing = new Set(values);
    return this.until(() => {
      for (const value of missing) {
        if (!this.#values.has(value)) return false;
        missing.delete(value);
      }
      return true;
    }, deadlineMs);
  }
}
