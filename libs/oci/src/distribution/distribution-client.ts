import { Readable } from 'node:stream';

import { contentOf } from '../content.ts';
import { isDigest } from '../digest.ts';
import { ImageNotVerified } from '../errors.ts';
import type { Content, Descriptor } from '../image.ts';
import { DOCKER_INDEX, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../media-types.ts';
import { parseRepository } from '../names.ts';
import { MAX_MANIFEST_BYTES } from '../parse-manifest.ts';
import { attempted, type AttemptPolicy } from './attempts.ts';
import { collected, paced, proven } from './bounded.ts';
import { exchange, type Exchange, finish } from './exchange.ts';
import { type Answer, send, type Transport } from './send.ts';

export interface DistributionOptions extends Partial<AttemptPolicy> {
  /** Of the registry: `http://localhost:8080`. */
  readonly url: string;
  readonly repository: string;
  /** Value of the `Authorization` header; goes to the registry's own origin only. */
  readonly authorization?: string;
  /** Time that a request may take without any progress, 30 s by default. */
  readonly idleMs?: number;
  /** Over the network unless said. */
  readonly transport?: Transport;
}

/** What is known of a blob before its bytes are read. */
type BlobName = Pick<Descriptor, 'digest' | 'sizeBytes'>;

const ACCEPT = [OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_INDEX].join(', ');
const PATIENCE: AttemptPolicy = { attempts: 5, firstPauseMs: 100, longestPauseMs: 30_000 };

/**
 * Speaks OCI distribution 1.1 about one repository. Every call is safe to repeat and repeats itself on lost
 * connections, 429 and 5xx; then it throws RegistryUnreachable. A no is RegistryRefused, an answer that
 * contradicts the digest asked for ImageNotVerified.
 */
export class DistributionClient {
  readonly repository: string;
  readonly #base: URL;
  readonly #policy: AttemptPolicy;
  readonly #idleMs: number;
  readonly #authorization: string | undefined;
  readonly #transport: Transport;

  constructor({
    url,
    repository,
    authorization,
    idleMs = 30_000,
    transport = send,
    ...policy
  }: DistributionOptions) {
    this.repository = parseRepository(repository);
    this.#base = new URL('/v2/', url);
    this.#policy = { ...PATIENCE, ...policy };
    this.#idleMs = idleMs;
    this.#authorization = authorization;
    this.#transport = transport;
  }

  /** Resolves when the registry speaks the protocol. */
  async ping(signal: AbortSignal): Promise<void> {
    const action = 'answer the ping';
    await this.#once({ action, method: 'GET', url: this.#base, expect: [200] }, signal);
  }

  /** Gives `undefined` when the repository has no such blob. */
  async headBlob(digest: string, signal: AbortSignal): Promise<BlobName | undefined> {
    const action = `show blob ${digest}`;
    const url = this.#url(`blobs/${digest}`);
    const response = await this.#once({ action, method: 'HEAD', url, expect: [200, 404] }, signal);
    if (response.status === 404) return undefined;
    return { digest, sizeBytes: sizeOf(response) };
  }

  /** Streams a blob; the stream fails at its end when the bytes were not those of the digest. */
  async getBlob(digest: string, signal: AbortSignal): Promise<Readable> {
    const action = `give blob ${digest}`;
    const url = this.#url(`blobs/${digest}`);
    const response = await this.#sent({ action, method: 'GET', url, expect: [200] }, signal);
    return Readable.from(proven(this.#bodyOf(response), digest), { objectMode: false });
  }

  /** Streams the bytes from `start` up to, not including, `end`; a part of a blob proves nothing about the whole. */
  async getBlobRange(
    digest: string,
    { start, end }: { readonly start: number; readonly end: number },
    signal: AbortSignal,
  ): Promise<Readable> {
    const action = `give a part of blob ${digest}`;
    const url = this.#url(`blobs/${digest}`);
    const headers = { range: `bytes=${start}-${end - 1}` };
    const request: Exchange = { action, method: 'GET', url, headers, expect: [206] };
    return Readable.from(this.#bodyOf(await this.#sent(request, signal)), { objectMode: false });
  }

  /**
   * Links a blob that the registry already has, without sending it. Without `from` the registry may take it from
   * anywhere ("anonymous mount"). Gives false when it does not.
   */
  async mountBlob(digest: string, signal: AbortSignal, from?: string): Promise<boolean> {
    const action = `mount blob ${digest}`;
    const url = this.#url('blobs/uploads/');
    url.searchParams.set('mount', digest);
    if (from !== undefined) url.searchParams.set('from', from);
    const response = await this.#once({ action, method: 'POST', url, expect: [201, 202] }, signal);
    if (response.status === 201) return true;
    await this.#cancel(locationOf(response, url), signal);
    return false;
  }

  /** Sends a small blob in one request, in two where the registry does not take it with the first. */
  async pushBlob({ digest, bytes }: Content, signal: AbortSignal): Promise<void> {
    const action = `take blob ${digest}`;
    const url = this.#url('blobs/uploads/');
    url.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const whole: Exchange = {
      action,
      method: 'POST',
      url,
      headers,
      body: bytes,
      expect: [201, 202],
    };
    await attempted(
      action,
      async () => {
        const answer = await this.#ended(whole, signal);
        if (answer.status === 201) return;
        await this.#closeUpload(
          action,
          { upload: locationOf(answer, url), digest, body: bytes },
          signal,
        );
      },
      this.#policy,
      signal,
    );
  }

  /**
   * Streams a blob of any size. `open` gives its bytes from the beginning, again for each attempt; what it throws
   * is thrown.
   */
  async streamBlob(
    { digest, sizeBytes }: BlobName,
    open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
    signal: AbortSignal,
  ): Promise<void> {
    const action = `take blob ${digest}`;
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': String(sizeBytes),
    };
    await attempted(
      action,
      async () => {
        const url = await this.#openUpload(action, signal);
        const body = await open(signal);
        const patch: Exchange = { action, method: 'PATCH', url, headers, body, expect: [202] };
        const upload = locationOf(await this.#ended(patch, signal), url);
        await this.#closeUpload(action, { upload, digest, body: new Uint8Array() }, signal);
      },
      this.#policy,
      signal,
    );
  }

  /** Gives `undefined` when the repository has no such manifest. */
  async headManifest(reference: string, signal: AbortSignal): Promise<Descriptor | undefined> {
    const action = `show manifest ${reference}`;
    const url = this.#url(`manifests/${reference}`);
    const headers = { accept: ACCEPT };
    const request: Exchange = { action, method: 'HEAD', url, headers, expect: [200, 404] };
    const response = await this.#once(request, signal);
    if (response.status === 404) return undefined;
    const stated = response.header('docker-content-digest');
    const digest = stated ?? (isDigest(reference) ? reference : undefined);
    if (digest === undefined) throw new ImageNotVerified(`${reference} came without its digest`);
    mustBe(digest, reference);
    return { mediaType: mediaTypeOf(response), digest, sizeBytes: sizeOf(response) };
  }

  /** Reads a manifest of at most 4 MiB and proves its digest; `undefined` when the repository has none. */
  async getManifest(reference: string, signal: AbortSignal): Promise<Content | undefined> {
    const action = `give manifest ${reference}`;
    const url = this.#url(`manifests/${reference}`);
    const headers = { accept: ACCEPT };
    const request: Exchange = { action, method: 'GET', url, headers, expect: [200, 404] };
    return attempted(
      action,
      async () => {
        const response = await this.#exchanged(request, signal);
        const bytes = await collected(this.#bodyOf(response), MAX_MANIFEST_BYTES);
        if (response.status === 404) return undefined;
        const content = contentOf(mediaTypeOf(response), bytes);
        const stated = response.header('docker-content-digest');
        if (stated !== null) mustBe(content.digest, stated);
        mustBe(content.digest, reference);
        return content;
      },
      this.#policy,
      signal,
    );
  }

  /** Writes a manifest under its digest, or under a tag. */
  async putManifest(manifest: Content, signal: AbortSignal, tag?: string): Promise<void> {
    const reference = tag ?? manifest.digest;
    const action = `take manifest ${reference}`;
    const url = this.#url(`manifests/${reference}`);
    const headers = { 'content-type': manifest.mediaType };
    const body = manifest.bytes;
    const request: Exchange = { action, method: 'PUT', url, headers, body, expect: [201] };
    const stated = (await this.#once(request, signal)).header('docker-content-digest');
    if (stated !== null) mustBe(stated, manifest.digest);
  }

  async #openUpload(action: string, signal: AbortSignal): Promise<URL> {
    const url = this.#url('blobs/uploads/');
    return locationOf(
      await this.#ended({ action, method: 'POST', url, expect: [202] }, signal),
      url,
    );
  }

  async #closeUpload(
    action: string,
    { upload, digest, body }: { upload: URL; digest: string; body: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    // The location may carry a query of its own: the digest is added to the parsed address.
    const url = new URL(upload);
    url.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    await this.#ended({ action, method: 'PUT', url, headers, body, expect: [201] }, signal);
  }

  /** Nobody needs the upload; a registry that keeps it sweeps it. */
  async #cancel(url: URL, signal: AbortSignal): Promise<void> {
    const request: Exchange = { action: 'cancel an upload', method: 'DELETE', url, expect: [204] };
    await this.#ended(request, signal).catch(() => {});
  }

  /** Retried, for answers whose body does not matter. */
  #once(request: Exchange, signal: AbortSignal): Promise<Answer> {
    return attempted(request.action, () => this.#ended(request, signal), this.#policy, signal);
  }

  /** Retried until the answer begins, for answers whose body is streamed. */
  #sent(request: Exchange, signal: AbortSignal): Promise<Answer> {
    return attempted(request.action, () => this.#exchanged(request, signal), this.#policy, signal);
  }

  async #ended(request: Exchange, signal: AbortSignal): Promise<Answer> {
    const response = await this.#exchanged(request, signal);
    await finish(response);
    return response;
  }

  #exchanged(request: Exchange, signal: AbortSignal): Promise<Answer> {
    const own = request.url.origin === this.#base.origin && this.#authorization !== undefined;
    const headers = {
      ...request.headers,
      ...(own && { authorization: this.#authorization ?? '' }),
    };
    return exchange(
      { ...request, headers },
      {
        idleMs: this.#idleMs,
        signal,
        transport: this.#transport,
      },
    );
  }

  #bodyOf({ body }: Answer): AsyncIterable<Uint8Array> {
    return paced(body, this.#idleMs);
  }

  #url(path: string): URL {
    return new URL(`${this.repository}/${path}`, this.#base);
  }
}

/** Absolute or relative to the address that was asked (RFC 9110, 10.2.2). */
function locationOf(response: Answer, asked: URL): URL {
  const location = response.header('location');
  if (location === null || !URL.canParse(location, asked.href)) {
    throw new ImageNotVerified('the registry opened an upload without telling its address');
  }
  return new URL(location, asked);
}

function sizeOf(response: Answer): number {
  const length = response.header('content-length') ?? '';
  if (!/^\d{1,15}$/.test(length)) throw new ImageNotVerified('the answer came without its length');
  return Number(length);
}

function mediaTypeOf(response: Answer): string {
  return response.header('content-type')?.split(';')[0]?.trim() ?? '';
}

/** A tag promises nothing. */
function mustBe(digest: string, reference: string): void {
  if (reference.includes(':') && digest !== reference) {
    throw new ImageNotVerified(`asked for ${reference}, ${digest} came`);
  }
}
