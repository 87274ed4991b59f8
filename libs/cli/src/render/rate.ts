interface Mark {
  readonly at: number;
  readonly bytes: number;
}

const windowMs = 5_000;

/** Bytes per second over the last five seconds, and how long the rest takes at that rate. */
export class Rate {
  readonly #marks: Mark[];

  constructor(begun: number) {
    this.#marks = [{ at: begun, bytes: 0 }];
  }

  /** `etaMs` is undefined until there is a rate. */
  at(
    now: number,
    doneBytes: number,
    totalBytes: number,
  ): { readonly bytesPerSecond: number; readonly etaMs: number | undefined } {
    const newest = this.#marks.at(-1);
    // Marks closer than 100 ms would only fill memory.
    if (newest && now - newest.at >= 100) this.#marks.push({ at: now, bytes: doneBytes });
    while (this.#marks.length > 2 && now - (this.#marks[1]?.at ?? now) > windowMs)
      this.#marks.shift();
    const oldest = this.#marks[0] ?? { at: now, bytes: doneBytes };
    const ms = now - oldest.at;
    // An attempt that began again has fewer bytes than a mark: no rate until it caught up.
    const bytesPerSecond = ms > 0 ? Math.max(0, ((doneBytes - oldest.bytes) * 1000) / ms) : 0;
    const etaMs =
      bytesPerSecond > 0 ? ((totalBytes - doneBytes) * 1000) / bytesPerSecond : undefined;
    return { bytesPerSecond, etaMs };
  }
}
