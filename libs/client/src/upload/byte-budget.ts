/** Memory that several readers share; who finds too little waits, in the order of coming. */
export class ByteBudget {
  readonly #bytes: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** What is larger than all of it is taken alone. @throws the signal's reason */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#used += bytes;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { bytes, go: resolve };
    const abort = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      this.#next();
      reject(signal.reason as Error);
    };
    this.#waiting.push(waiter);
    signal.addEventListener('abort', abort, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', abort));
  }

  give(bytes: number): void {
    this.#used -= bytes;
    this.#next();
  }

  #next(): void {
    for (let [first] = this.#waiting; first && this.#fits(first.bytes); [first] = this.#waiting) {
      this.#waiting.shift();
      this.#used += first.bytes;
      first.go();
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#bytes;
  }
}
