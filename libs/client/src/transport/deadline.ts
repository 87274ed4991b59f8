/** Aborts when nothing moved for `idleMs`, or when the caller's signal does. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #idleMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor(idleMs: number, signal?: AbortSignal) {
    this.#idleMs = idleMs;
    this.#timer = this.#start();
    this.signal = signal
      ? AbortSignal.any([signal, this.#controller.signal])
      : this.#controller.signal;
  }

  /** Something moved: the time begins again. */
  readonly moved = (): void => {
    if (this.#controller.signal.aborted) return;
    this.#timer.refresh();
  };

  get passed(): boolean {
    return this.#controller.signal.aborted;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#controller.abort(new Error(`silent for ${this.#idleMs} ms`));
    }, this.#idleMs);
  }
}
