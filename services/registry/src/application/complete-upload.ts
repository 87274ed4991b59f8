import { digestOf } from '@floe/oci';
import { Transactions } from '@floe/outbox';
import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { DigestInvalid, SizeInvalid } from '../domain/errors.ts';
import { checkStart, type Chunk, type Upload } from '../domain/upload.ts';
import { BlobLinks } from './blob-links.ts';
import type { ChunkBody } from './chunk-body.ts';
import { receiveHashed } from './receive-hashed.ts';
import { Statements } from './statements.ts';
import { Uploads } from './uploads.ts';

/** Configurations and contracts: the same ones come again and again. */
const SMALL_BYTES = 64 * 1_024;

/** The rest of an upload, which may be all of it. */
export interface Closing {
  readonly digest: string;
  readonly last: ChunkBody | undefined;
}

@Injectable()
export class CompleteUpload {
  constructor(
    private readonly transactions: Transactions,
    private readonly statements: Statements,
    private readonly uploads: Uploads,
    private readonly links: BlobLinks,
    private readonly store: BlobStore,
  ) {}

  /**
   * Proves the digest, makes the blob visible in the store, then in the repository. Throws OutOfOrder, DigestInvalid, and what
   * the store throws; the upload is then as it was.
   */
  async execute(upload: Upload, { digest, last }: Closing, signal: AbortSignal): Promise<void> {
    checkStart(upload, last?.start);
    const small = upload.opened ? undefined : await smallOf(last);
    if (small === undefined) return this.#receive(upload, { digest, last }, signal);
    const actual = digestOf(small);
    if (actual !== digest) throw wrongDigest(actual, digest);
    const blob = { digest, sizeBytes: small.length };
    await this.store.put(small, digest);
    return this.statements.run((tx) => this.links.add(upload.repository, blob, tx), signal);
  }

  async #receive(upload: Upload, { digest, last }: Closing, signal: AbortSignal): Promise<void> {
    const rest = last && (await receiveHashed(this.store, last.bytes, signal, last.sizeBytes));
    const chunks = [...upload.chunks, ...(rest === undefined ? [] : [rest])];
    const whole = await this.#joined(
      chunks.filter(({ sizeBytes }) => sizeBytes > 0),
      signal,
    );
    if (whole.digest !== digest) {
      for (const chunk of [whole, rest ?? whole]) {
        if (!upload.chunks.includes(chunk)) await this.store.discard(chunk);
      }
      throw wrongDigest(whole.digest, digest);
    }
    await this.store.publish(whole, digest);
    if (rest?.sizeBytes === 0) await this.store.discard(rest);
    const { repository, opened } = upload;
    const blob = { digest, sizeBytes: whole.sizeBytes };
    if (!opened) {
      await this.statements.run((tx) => this.links.add(repository, blob, tx), signal);
      return;
    }
    await this.transactions.run(async (tx) => {
      await this.links.add(repository, blob, tx);
      await this.uploads.drop(upload.id, tx);
    }, signal);
  }

  /** One chunk is the blob itself, whatever its size; several are copied once, each proven by its own digest. */
  async #joined(chunks: readonly Chunk[], signal: AbortSignal): Promise<Chunk> {
    const [only, second] = chunks;
    if (only !== undefined && second === undefined) return only;
    for (const chunk of chunks) await this.store.publish(chunk, chunk.digest);
    return receiveHashed(this.store, this.#read(chunks, signal), signal);
  }

  async *#read(chunks: readonly Chunk[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const { digest } of chunks) yield* await this.store.read(digest, signal);
  }
}

/** The bytes of a small blob, read whole; `undefined` for others. Throws SizeInvalid. */
async function smallOf(last: ChunkBody | undefined): Promise<Uint8Array | undefined> {
  if (last?.sizeBytes === undefined || last.sizeBytes > SMALL_BYTES) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of last.bytes) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length === last.sizeBytes) return bytes;
  throw new SizeInvalid(`The body has ${bytes.length} bytes, ${last.sizeBytes} were announced.`);
}

function wrongDigest(actual: string, stated: string): DigestInvalid {
  return new DigestInvalid(`The bytes have the digest ${actual}, not ${stated}.`);
}
