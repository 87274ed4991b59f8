import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import type { RandomImage } from '@floe/oci';

export interface Faults {
  /** Answers instead of the registry when it gives a status. */
  readonly answer?: (request: IncomingMessage) => number | undefined;
}

/** For tests: a registry in memory that links the blobs in `linkable`, of one repository as of all. */
export class TestRegistry implements AsyncDisposable {
  readonly blobs = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, { readonly type: string; readonly bytes: Uint8Array }>();
  readonly linkable = new Map<string, Uint8Array>();
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  private constructor(private readonly faults: Faults) {}

  static async start(faults: Faults = {}): Promise<TestRegistry> {
    const registry = new TestRegistry(faults);
    await once(registry.#server.listen(0, '127.0.0.1'), 'listening');
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Has an image under a tag, in each of its repositories. */
  hold(tag: string, { manifest, config, contents }: RandomImage): void {
    this.manifests.set(tag, { type: manifest.mediaType, bytes: manifest.bytes });
    for (const { digest, bytes } of [config, ...contents]) {
      this.blobs.set(digest, bytes);
      this.linkable.set(digest, bytes);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const { pathname, searchParams } = new URL(url, this.url);
    this.requests.push(`${method} ${pathname}`);
    const body = await buffer(request);
    const status = this.faults.answer?.(request);
    if (status !== undefined) return void response.writeHead(status).end();
    const [, kind, reference = ''] = /\/(blobs|manifests)\/(.*)$/.exec(pathname) ?? [];
    if (kind === 'manifests') return this.#manifest(request, response, reference, body);
    if (kind !== 'blobs') return void response.writeHead(200).end('{}');
    if (!reference.startsWith('uploads/')) return give(response, this.blobs.get(reference));
    if (method === 'PATCH') return this.#received(response, pathname, body);
    if (method === 'DELETE') return void response.writeHead(204).end();
    this.#upload(response, searchParams, { pathname, body });
  }

  readonly #parts = new Map<string, Uint8Array>();

  #upload(
    response: ServerResponse,
    query: URLSearchParams,
    { pathname, body }: { readonly pathname: string; readonly body: Uint8Array },
  ): void {
    const mounted = query.get('mount');
    const linked = mounted === null ? undefined : this.linkable.get(mounted);
    if (mounted !== null && linked !== undefined) {
      this.blobs.set(mounted, linked);
      return void response.writeHead(201).end();
    }
    const digest = query.get('digest');
    if (digest === null || (body.length === 0 && !this.#parts.has(pathname))) {
      return void response.writeHead(202, { location: `${pathname}${randomUUID()}` }).end();
    }
    const bytes = Buffer.concat([this.#parts.get(pathname) ?? new Uint8Array(), body]);
    if (digestOf(bytes) !== digest) return void response.writeHead(400).end();
    this.blobs.set(digest, bytes);
    response.writeHead(201).end();
  }

  #received(response: ServerResponse, pathname: string, body: Uint8Array): void {
    this.#parts.set(pathname, body);
    response.writeHead(202, { location: pathname }).end();
  }

  #manifest(
    request: IncomingMessage,
    response: ServerResponse,
    reference: string,
    body: Uint8Array,
  ): void {
    if (request.method !== 'PUT') {
      const manifest = this.manifests.get(reference);
      return give(response, manifest?.bytes, manifest?.type);
    }
    const type = request.headers['content-type'] ?? '';
    this.manifests.set(reference, { type, bytes: body });
    response.writeHead(201, { 'docker-content-digest': digestOf(body) }).end();
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function give(
  response: ServerResponse,
  bytes: Uint8Array | undefined,
  type = 'application/octet-stream',
): void {
  if (bytes === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}
