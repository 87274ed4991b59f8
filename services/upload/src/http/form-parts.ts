import type { Readable } from 'node:stream';

import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { IncomingBytes } from '@floe/archives';
import { InvalidRequest } from '@floe/http';

import { BodyTruncated } from '../domain/errors.ts';

/** One part of a form. Its bytes come while they are read. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A form of the API has two. */
const MOST_PARTS = 16;
const MOST_HEADER_BYTES = 16 * 1024;

/**
 * The parts of a `multipart/form-data` body (RFC 7578) as they come: each has to be read to its end before the next.
 * Holds one chunk at a time, so a slow reader slows the sender.
 * @throws InvalidRequest for what is no form, BodyTruncated for one that is cut off
 */
export async function* formParts(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<FormPart, void, undefined> {
  const form = new IncomingForm(contentType);
  void form.feed(new IncomingBytes(body));
  for (let part = await form.next(); part; part = await form.next()) yield part;
}

class IncomingForm {
  readonly #parser: BusboyInstance;
  readonly #arrived: FormPart[] = [];
  #current: Readable | undefined;
  #end: { readonly failure?: unknown } | undefined;
  #wake = (): void => {};

  constructor(contentType: string) {
    this.#parser = parserOf(contentType);
    this.#parser.on('file', (name, bytes, filename) => this.#take(name, bytes, filename));
    this.#parser.on('partsLimit', () => this.#fail(refused(`has more than ${MOST_PARTS} parts`)));
    this.#parser.on('error', (cause) => this.#fail(new BodyTruncated({ cause })));
    this.#parser.on('finish', () => this.#over({}));
  }

  /** Never rejects: who reads hears of a failure. The body is not told to end, because an answer has to go out first. */
  async feed(body: IncomingBytes): Promise<void> {
    try {
      for (let chunk = await body.some(Infinity); chunk; chunk = await body.some(Infinity))
        await this.#write(chunk);
      this.#parser.end();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** `undefined` after the last part. */
  async next(): Promise<FormPart | undefined> {
    while (this.#arrived.length === 0 && !this.#end) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    const part = this.#arrived.shift();
    if (part) return part;
    if (this.#end && 'failure' in this.#end) throw this.#end.failure;
    return undefined;
  }

  #write(chunk: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#parser.write(chunk, () => resolve());
    return promise;
  }

  #take(name: string | undefined, bytes: Readable, filename: string | undefined): void {
    // Whoever reads it hears of its failure; a part that nobody has begun to read must not end the process.
    bytes.on('error', () => {});
    this.#current = bytes;
    this.#arrived.push({ name: name ?? '', filename, bytes: this.#contentOf(bytes) });
    this.#wake();
  }

  async *#contentOf(bytes: Readable): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* bytes;
    } catch (cause) {
      if (this.#end && 'failure' in this.#end) throw this.#end.failure;
      throw new BodyTruncated({ cause });
    }
  }

  #fail(failure: unknown): void {
    this.#over({ failure });
    this.#current?.destroy(new Error('the form broke off', { cause: failure }));
  }

  #over(end: { readonly failure?: unknown }): void {
    this.#end ??= end;
    this.#wake();
  }
}

function parserOf(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      // Else what has no name of a file would be collected in memory.
      isPartAFile: () => true,
      limits: { parts: MOST_PARTS, headerSize: MOST_HEADER_BYTES },
    });
  } catch (error) {
    throw refused(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refused(fault: string): InvalidRequest {
  const message = `the form ${fault}`;
  return new InvalidRequest([{ code: 'custom', path: [], message, input: undefined }]);
}
