import { crc32 } from '@floe/crc32';

import { StoreAway, StoreFull } from '../errors.ts';
import { isChanged, SUMMED, sumHeader, sumOf } from './part-sum.ts';
import type { StreamedBody } from './request-body.ts';
import { retried } from './retried.ts';
import { S3Failure } from './s3-failure.ts';
import { drained, type S3Objects } from './s3-objects.ts';

/** For an answer, once the last byte has left. */
const ANSWER_MS = 60_000;

interface Part {
  readonly number: number;
  readonly etag: string;
  /** In base64, where the store keeps it. */
  readonly sum?: string | undefined;
}

/** One S3 multipart upload of one key that nobody else writes. */
export class MultipartUpload {
  private parts: Part[] = [];

  private constructor(
    private readonly objects: S3Objects,
    private readonly key: string,
    readonly id: string,
  ) {}

  static async begin(
    objects: S3Objects,
    key: string,
    signal: AbortSignal,
  ): Promise<MultipartUpload> {
    const id = await retried(async (attempt) => {
      const request = { method: 'POST', key, query: { uploads: '' }, headers: SUMMED };
      const answer = await objects.send(request, attempt);
      return /<UploadId>([^<]+)<\/UploadId>/.exec(await drained(answer))?.[1];
    }, signal);
    if (id === undefined) throw new Error(`the store began no upload of ${key}`);
    return new MultipartUpload(objects, key, id);
  }

  static of(objects: S3Objects, key: string, id: string): MultipartUpload {
    return new MultipartUpload(objects, key, id);
  }

  async send(number: number, body: Uint8Array, signal: AbortSignal): Promise<void> {
    const query = { partNumber: `${number}`, uploadId: this.id };
    const headers = sumHeader(crc32(body));
    const { etag, sum } = await retried(async (attempt) => {
      const request = { method: 'PUT', key: this.key, query, headers, body };
      const answer = await this.objects.send(request, attempt).catch((error: unknown) => {
        throw isChanged(error) ? new StoreAway(`part ${number}`, { cause: error }) : error;
      });
      await drained(answer);
      return { etag: answer.headers.get('etag'), sum: sumOf(answer) };
    }, signal);
    if (etag === null) throw new Error(`the store gave part ${number} of ${this.key} no tag`);
    this.parts.push({ number, etag, sum });
  }

  /**
   * Sends a part while it comes, once; the store compares it with its CRC-32. Throws what the source throws, after which
   * the part is as it was, and StoreAway, after which it may be there.
   */
  async pass(
    number: number,
    body: StreamedBody,
    crc32Of: number,
    signal: AbortSignal,
  ): Promise<void> {
    const query = { partNumber: `${number}`, uploadId: this.id };
    const late = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let broken: { readonly cause: unknown } | undefined;
    async function* passing(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield* body.bytes;
        const silent = new Error('the store does not answer');
        timer = setTimeout(() => late.abort(silent), ANSWER_MS);
      } catch (cause) {
        broken = { cause };
        throw cause;
      }
    }
    const request = {
      method: 'PUT',
      key: this.key,
      query,
      headers: sumHeader(crc32Of),
      body: { ...body, bytes: passing() },
    };
    try {
      await drained(await this.objects.send(request, AbortSignal.any([signal, late.signal])));
    } catch (error) {
      if (broken !== undefined) throw broken.cause;
      signal.throwIfAborted();
      const isRefused = error instanceof S3Failure && !error.passes && !isChanged(error);
      const isFinal = error instanceof StoreFull || isRefused;
      throw isFinal ? error : new StoreAway(`part ${number} of ${this.key}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes over what any process has sent, after `check` saw the sizes of the parts in bytes by their number. */
  async adopt(
    check: (sizes: ReadonlyMap<number, number>) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const parts: Part[] = [];
    const sizes = new Map<number, number>();
    for await (const page of this.pages(signal))
      for (const [, part = ''] of page.matchAll(/<Part>(.*?)<\/Part>/gs)) {
        const number = Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(part)?.[1]);
        const etag = /<ETag>([^<]+)<\/ETag>/.exec(part)?.[1] ?? '';
        const sum = /<ChecksumCRC32>([^<]+)<\/ChecksumCRC32>/.exec(part)?.[1];
        parts.push({ number, etag, sum });
        sizes.set(number, Number(/<Size>(\d+)<\/Size>/.exec(part)?.[1]));
      }
    check(sizes);
    this.parts = parts;
  }

  /** An answer that was lost leaves the object behind and no upload: the size then tells that it was done. */
  async complete(sizeBytes: number, signal: AbortSignal): Promise<void> {
    try {
      await retried((attempt) => this.completeOnce(attempt), signal);
    } catch (error) {
      const gone = error instanceof S3Failure && error.code === 'NoSuchUpload';
      if (!gone || (await this.objects.sizeOf(this.key, signal)) !== sizeBytes) throw error;
    }
  }

  private async completeOnce(signal: AbortSignal): Promise<void> {
    const parts = this.parts.toSorted((left, right) => left.number - right.number).map(partXml);
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    const query = { uploadId: this.id };
    const answer = await this.objects.send({ method: 'POST', key: this.key, query, body }, signal);
    // The status comes before the work is done: an error may follow a 200.
    const code = /<Error>.*<Code>([^<]*)<\/Code>/s.exec(await drained(answer))?.[1];
    if (code !== undefined) throw new S3Failure(500, code, `completing ${this.key}`);
  }

  /** Drops the parts; nothing happens when the upload is gone. */
  async abort(signal: AbortSignal): Promise<void> {
    const query = { uploadId: this.id };
    await retried(async (attempt) => {
      await drained(await this.objects.send({ method: 'DELETE', key: this.key, query }, attempt));
    }, signal).catch((error: unknown) => {
      if (!(error instanceof S3Failure && error.code === 'NoSuchUpload')) throw error;
    });
  }

  /** When its last part came; `undefined` when the upload is gone or has none. */
  async lastGrown(signal: AbortSignal): Promise<Date | undefined> {
    let last: Date | undefined;
    try {
      for await (const page of this.pages(signal))
        for (const [, time] of page.matchAll(/<LastModified>([^<]*)<\/LastModified>/g)) {
          const came = new Date(time ?? 0);
          if (last === undefined || came > last) last = came;
        }
      return last;
    } catch (error) {
      if (error instanceof S3Failure && error.code === 'NoSuchUpload') return undefined;
      throw error;
    }
  }

  private async *pages(signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    for (let marker: string | undefined = '0'; marker !== undefined;) {
      const page = await this.listParts(marker, signal);
      yield page;
      marker = /<NextPartNumberMarker>([1-9]\d*)<\/NextPartNumberMarker>/.exec(page)?.[1];
      if (!page.includes('<IsTruncated>true</IsTruncated>')) marker = undefined;
    }
  }

  private async listParts(marker: string, signal: AbortSignal): Promise<string> {
    const query = { uploadId: this.id, 'part-number-marker': marker };
    return retried(
      async (attempt) =>
        drained(await this.objects.send({ method: 'GET', key: this.key, query }, attempt)),
      signal,
    );
  }
}

function partXml({ number, etag, sum }: Part): string {
  const checked = sum === undefined ? '' : `<ChecksumCRC32>${sum}</ChecksumCRC32>`;
  return `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag>${checked}</Part>`;
}
