import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { ModelName, VersionName } from '../calls/names.ts';
import type { CallOptions } from '../calls/options.ts';
import { AnswerNotUnderstood, DigestWrong, FloeProblem } from '../transport/errors.ts';
import type { Transport } from '../transport/transport.ts';
import { blobBytes } from './blob-bytes.ts';

const descriptor = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const manifest = z.object({
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor),
});

export type Descriptor = z.output<typeof descriptor>;
export type Manifest = z.output<typeof manifest>;

const manifestTypes =
  'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';

/** The pull side of OCI distribution 1.1: every answer is checked against its digest. */
export class Images {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** By a tag (version or alias) or by a digest. */
  async manifest(
    model: ModelName,
    reference: VersionName,
    options: CallOptions = {},
  ): Promise<{ readonly digest: string; readonly manifest: Manifest }> {
    const path = `${repositoryPath(model)}/manifests/${encodeURIComponent(reference)}`;
    return await this.#transport.call(
      { method: 'GET', path, headers: { accept: manifestTypes }, ...options },
      async (response) => {
        const bytes = Buffer.from(await response.arrayBuffer());
        const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
        const stated = String(reference).startsWith('sha256:')
          ? String(reference)
          : response.headers.get('docker-content-digest');
        if (stated !== null && stated !== digest) {
          throw new DigestWrong(path, stated, digest);
        }
        return { digest, manifest: understood(bytes, path) };
      },
    );
  }

  /**
   * The bytes of a blob, over as many connections as it takes: a lost one is taken up where it broke. Bytes that
   * do not hash to the digest end with DigestWrong.
   */
  blob(
    model: ModelName,
    digest: string,
    { signal }: CallOptions = {},
  ): AsyncGenerator<Uint8Array, void, void> {
    return blobBytes(this.#transport, blobPath(model, digest), digest, signal);
  }

  /**
   * Its size in bytes, proven by its last byte: a registry may know of more than its store still holds. `undefined`
   * where the repository has no such blob.
   */
  async blobSize(
    model: ModelName,
    digest: string,
    options: CallOptions = {},
  ): Promise<number | undefined> {
    const headers = { accept: '*/*', range: 'bytes=-1' };
    try {
      return await this.#transport.call(
        { method: 'GET', path: blobPath(model, digest), headers, ...options },
        async (response) => sizeOf(response, await response.bytes()),
      );
    } catch (error) {
      if (error instanceof FloeProblem && error.status === 404) return undefined;
      throw error;
    }
  }
}

/** A server may give the whole instead of its last byte. */
function sizeOf({ headers }: Response, body: Uint8Array): number {
  const [, total] = /\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return total === undefined ? body.length : Number(total);
}

function understood(bytes: Buffer, path: string): Manifest {
  try {
    return manifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new AnswerNotUnderstood(path, error);
  }
}

function blobPath(model: ModelName, digest: string): string {
  return `${repositoryPath(model)}/blobs/${digest}`;
}

function repositoryPath({ team, name }: ModelName): string {
  return `/v2/${team}/${name}`;
}
