import type { Readable } from 'node:stream';

import { own, spend } from '@floe/storage';

const MOST_BYTES = 1024 * 1024;
const LEAST_BYTES = 64 * 1024;
/** That may wait for their readers in all bodies of this process together. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

let bodies = 0;

/**
 * The bytes in order, those that come in one turn of the event loop as one chunk: it goes through half a dozen hands,
 * which cost more for each chunk than copying it does. A reader that leaves leaves the rest in the body.
 */
export async function* gathered(body: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  using incoming = new Incoming(body);
  for (;;) {
    const bytes = await incoming.next();
    if (bytes === undefined) return;
    yield bytes;
  }
}

class Incoming implements Disposable {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isOver: boolean;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(private readonly body: Readable) {
    bodies += 1;
    this.#isOver = body.destroyed;
    body.on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose);
    body.on('data', this.#onData);
  }

  /** Throws what the body fails with. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#bytes === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#bytes > 0) return this.#take();
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.body.readableEnded) throw new Error('the connection was closed');
    return undefined;
  }

  [Symbol.dispose](): void {
    bodies -= 1;
    this.body.off('data', this.#onData).pause();
    this.body.off('end', this.#onEnd).off('error', this.#onError).off('close', this.#onClose);
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= shareBytes()) this.body.pause();
    this.#moved();
  };

  readonly #onEnd = (): void => this.#onClose();

  readonly #onError = (error: Error): void => {
    this.#failure = error;
    this.#onClose();
  };

  readonly #onClose = (): void => {
    this.#isOver = true;
    this.#moved();
  };

  /** More may come in this turn. */
  #moved(): void {
    if (this.#wake) setImmediate(this.#wake);
    this.#wake = undefined;
  }

  #take(): Uint8Array {
    const [chunks, bytes] = [this.#chunks, this.#bytes];
    this.#chunks = [];
    this.#bytes = 0;
    this.body.resume();
    return joined(chunks, bytes);
  }
}

function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = chunks;
  if (only?.length === bytes) return only;
  const whole = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
    // Nobody else was given it: its memory is free for the next one that comes.
    spend(own(chunk));
  }
  return whole;
}

function shareBytes(): number {
  return Math.max(LEAST_BYTES, Math.min(MOST_BYTES, MOST_WAITING_BYTES / bodies));
}
