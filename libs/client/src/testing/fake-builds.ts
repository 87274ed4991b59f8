import { createHash, randomUUID } from 'node:crypto';

import { MEDIA_TYPE } from '@floe/layers';

import type { Build } from '../answers/build.ts';
import type { BuildRequest } from '../calls/build-request.ts';

/** How the builds of a fake platform end. */
export type Outcome = Pick<Build, 'state'> & Partial<Build>;

const at = '2026-01-01T00:00:00.000Z';

/** Blobs, builds and images of a fake platform. */
export class FakeBuilds {
  readonly blobs = new Map<string, Buffer>();
  readonly all: Build[] = [];
  readonly manifests = new Map<string, Buffer>();
  readonly requests = new Map<string, BuildRequest>();
  /** How the next builds end. */
  outcome: Outcome = { state: 'released' };
  /** States that a build shows, one for each look, before its end. */
  before: readonly Build['state'][] = [];
  /** For so many looks the service that tells of builds has not read of any. */
  untoldLooks = 0;
  readonly #keys = new Map<string, { readonly body: string; readonly build: Build }>();

  constructor(private readonly host: string) {}

  /** Undefined when the digest is not that of the bytes. */
  put(digest: string, bytes: Buffer): boolean {
    if (digestOf(bytes) !== digest) return false;
    this.blobs.set(digest, bytes);
    return true;
  }

  missing(layers: readonly string[]): readonly string[] {
    return layers.filter((layer) => !this.blobs.has(layer));
  }

  /** The same key and body give the same build; another body gives none. */
  create(team: string, model: string, key: string, request: BuildRequest): Build | undefined {
    const body = JSON.stringify(request);
    const earlier = this.#keys.get(key);
    if (earlier) return earlier.body === body ? earlier.build : undefined;
    const build = this.#build(team, model, request);
    this.#keys.set(key, { body, build });
    return build;
  }

  /** One step further at each look. */
  look(id: string): Build | undefined {
    if (this.untoldLooks > 0) {
      this.untoldLooks -= 1;
      return undefined;
    }
    const index = this.all.findIndex((build) => build.id === id);
    const seen = this.all[index];
    if (seen === undefined || !this.before.includes(seen.state)) return seen;
    const state = this.before[this.before.indexOf(seen.state) + 1];
    const next = state === undefined ? this.#ended(seen) : { ...seen, state };
    this.all[index] = next;
    return next;
  }

  versionsOf(team: string, model: string): readonly Build[] {
    return this.all.filter(
      (build) => build.team === team && build.model === model && build.version !== undefined,
    );
  }

  #build(team: string, model: string, { layers, ...spec }: BuildRequest): Build {
    const id = randomUUID();
    const [first] = this.before;
    const begun: Build = {
      id,
      team,
      model,
      state: first ?? 'received',
      warnings: [],
      timeline: [],
      spec: { ...spec },
      createdAt: at,
    };
    this.requests.set(id, { layers, ...spec });
    const build = first === undefined ? this.#ended(begun) : begun;
    this.all.push(build);
    return build;
  }

  #ended(build: Build): Build {
    if (this.outcome.state !== 'released') return { ...build, ...this.outcome };
    const { team, model } = build;
    const version = this.versionsOf(team, model).length + 1;
    const digest = this.#image(team, model, version, this.requests.get(build.id)?.layers ?? []);
    const repository = `${this.host}/${team}/${model}`;
    const image = {
      reference: `${repository}:${version}`,
      pinned: `${repository}@${digest}`,
      digest,
    };
    return { ...build, version, image, ...this.outcome };
  }

  #image(team: string, model: string, version: number, layers: readonly string[]): string {
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: digestOf(Buffer.from('{}')),
          size: 2,
        },
        layers: layers.map((digest) => ({
          mediaType: MEDIA_TYPE,
          digest,
          size: this.blobs.get(digest)?.length ?? 0,
        })),
      }),
    );
    const digest = digestOf(manifest);
    this.manifests.set(`${team}/${model}/${version}`, manifest);
    this.manifests.set(`${team}/${model}/${digest}`, manifest);
    return digest;
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
