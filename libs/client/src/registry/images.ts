import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { ModelName, VersionName } from '../calls/names.ts';
import type { CallOptions } from '../calls/options.ts';
import { AnswerNotUnderstood, DigestWrong } from '../transport/errors.ts';
import type { Transport } from '../transport/transport.ts';

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
   * Gives the bytes of a blob to `take`, which may be called again from the first byte when the connection
   * breaks. Bytes that do not hash to the digest end with DigestWrong. `take` may stop reading early.
   */
  async blob(
    model: ModelName,
    digest: string,
    take: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
    options: CallOptions = {},
  ): Promise<void> {
    const path = `${repositoryPath(model)}/blobs/${digest}`;
    await this.#transport.call(
      { method: 'GET', path, headers: { accept: '*/*' }, ...options },
      async (response, moved) => {
        if (response.body === null) throw new Error(`${path} has no body`);
        await take(proven(response.body, path, digest, moved));
      },
    );
  }
}

/** Passes the bytes on and ends with an error when they are not those of the digest. */
async function* proven(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  digest: string,
  moved: () => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    moved();
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest) throw new DigestWrong(path, digest, found);
}

function understood(bytes: Buffer, path: string): Manifest {
  try {
    return manifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new AnswerNotUnderstood(path, error);
  }
}

function repositoryPath({ team, name }: ModelName): string {
  return `/v2/${team}/${name}`;
}
