import type { BusRecord } from '@floe/messaging';

import { sizeOf } from './records.ts';

/** Records that wait in their order, each weighed once, when it comes. */
export class Waiting {
  readonly #records: BusRecord[] = [];
  readonly #sizes: number[] = [];
  #bytes = 0;

  get length(): number {
    return this.#records.length;
  }

  /** What they took on the wire, about. */
  get bytes(): number {
    return this.#bytes;
  }

  add(records: readonly BusRecord[]): void {
    for (const record of records) {
      const size = sizeOf(record);
      this.#records.push(record);
      this.#sizes.push(size);
      this.#bytes += size;
    }
  }

  first(count: number): readonly BusRecord[] {
    return this.#records.slice(0, count);
  }

  drop(count: number): void {
    this.#records.splice(0, count);
    for (const size of this.#sizes.splice(0, count)) this.#bytes -= size;
  }

  clear(): void {
    this.drop(this.length);
  }
}
