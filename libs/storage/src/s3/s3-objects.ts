import { Client } from 'minio';
import { presignSignatureV4 } from 'minio/dist/esm/signing.mjs';

import type { ByteRange } from '../blob-store.ts';
import { type Body, requestBody } from './request-body.ts';
import { retried } from './retried.ts';
import { failureOf, S3Failure } from './s3-failure.ts';
import type { S3Location } from './s3-location.ts';

const LINK_SECONDS = 600;

interface Request {
  readonly method: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
}

export interface Listed {
  readonly key: string;
  readonly modified: Date;
}

/**
 * Objects of one bucket. The `minio` client signs; the requests are sent here, because its own have neither deadline
 * nor abort, and its streams lose errors.
 */
export class S3Objects {
  private readonly client: Client;

  constructor(private readonly location: S3Location) {
    const { endpoint, region, pathStyle, accessKey, secretKey } = location;
    this.client = new Client({
      endPoint: endpoint.hostname,
      useSSL: endpoint.protocol === 'https:',
      ...(endpoint.port !== '' && { port: Number(endpoint.port) }),
      region,
      pathStyle,
      accessKey,
      secretKey,
      // Its own retries write to the console.
      retryOptions: { disableRetry: true },
    });
  }

  /** Throws S3Failure and StoreFull. */
  async send(request: Request, signal: AbortSignal): Promise<Response> {
    const { method, key, headers = {}, body } = request;
    const { bucket } = this.location;
    const url = await this.link(request);
    const sent = requestBody(body);
    const init = { ...sent.init, method, headers: { ...sent.headers, ...headers }, signal };
    const response = await fetch(url, init);
    if (!response.ok) throw await failureOf(response, `${method} ${bucket}/${key}`);
    return response;
  }

  async put(key: string, body: Uint8Array | string, signal: AbortSignal): Promise<void> {
    await retried(async (attempt) => {
      await drained(await this.send({ method: 'PUT', key, body }, attempt));
    }, signal);
  }

  /** Gives false when the object is there already, which may be an earlier attempt's doing. */
  async putIfAbsent(key: string, body: string, signal: AbortSignal): Promise<boolean> {
    const headers = { 'if-none-match': '*' };
    try {
      await retried(async (attempt) => {
        await drained(await this.send({ method: 'PUT', key, body, headers }, attempt));
      }, signal);
      return true;
    } catch (error) {
      if (error instanceof S3Failure && error.status === 412) return false;
      throw error;
    }
  }

  /** The whole object; `undefined` when it is not there. */
  async get(key: string, signal: AbortSignal): Promise<Buffer | undefined> {
    return this.unlessMissing(
      retried(async (attempt) => {
        const response = await this.send({ method: 'GET', key }, attempt);
        return Buffer.from(await response.arrayBuffer());
      }, signal),
    );
  }

  /** Opens a range, which is not empty; `undefined` when the object is not there. */
  async open(
    key: string,
    { start, end }: ByteRange,
    signal: AbortSignal,
  ): Promise<Response | undefined> {
    const headers = { range: `bytes=${start}-${end - 1}` };
    return this.unlessMissing(this.send({ method: 'GET', key, headers }, signal));
  }

  /** Its size in bytes; `undefined` when it is not there. */
  async sizeOf(key: string, signal: AbortSignal): Promise<number | undefined> {
    return this.unlessMissing(
      retried(async (attempt) => {
        const response = await this.send({ method: 'HEAD', key }, attempt);
        return Number(response.headers.get('content-length'));
      }, signal),
    );
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    await this.unlessMissing(
      retried(async (attempt) => {
        await drained(await this.send({ method: 'DELETE', key }, attempt));
      }, signal),
    );
  }

  async list(prefix: string, signal: AbortSignal): Promise<Listed[]> {
    return retried(() => this.listOnce(prefix), signal);
  }

  private async link({ method, key, query = {}, headers = {} }: Request): Promise<string> {
    const { bucket, region, accessKey, secretKey } = this.location;
    const link = await this.client.presignedUrl(method, bucket, key, LINK_SECONDS, query);
    const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-'));
    if (own.length === 0) return link;
    // The client signs no headers that it is not given, and AWS takes none of these unsigned.
    const { protocol, host, pathname, search } = new URL(link);
    const unsigned = search
      .slice(1)
      .split('&')
      .filter((part) => !part.startsWith('X-Amz-'));
    const signed = {
      method,
      protocol,
      path: `${pathname}?${unsigned.join('&')}`,
      headers: { host, ...Object.fromEntries(own) },
    };
    const now = new Date();
    return presignSignatureV4(signed, accessKey, secretKey, undefined, region, now, LINK_SECONDS);
  }

  private async listOnce(prefix: string): Promise<Listed[]> {
    const listed: Listed[] = [];
    for await (const item of this.client.listObjectsV2(this.location.bucket, prefix, true)) {
      const { name, lastModified } = item as { name?: string; lastModified?: Date };
      if (name !== undefined && lastModified !== undefined)
        listed.push({ key: name, modified: lastModified });
    }
    return listed;
  }

  private async unlessMissing<T>(asking: Promise<T>): Promise<T | undefined> {
    try {
      return await asking;
    } catch (error) {
      // A missing bucket is an error; HEAD tells no code.
      const missing = error instanceof S3Failure && error.status === 404;
      if (missing && error.code !== 'NoSuchBucket') return undefined;
      throw error;
    }
  }
}

/** An answer that is not read holds its connection. */
export async function drained(response: Response): Promise<string> {
  return response.text();
}
