import { createHash } from 'node:crypto';

import type { Installation } from './installation.ts';

interface VersionRow {
  readonly repository: string;
  readonly version: number;
  readonly digest: string;
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** Pulls every version: its tag, its manifest and each of its blobs are there and hash to their digests. */
export async function wrongImages(installation: Installation): Promise<string[]> {
  const { url } = installation;
  const versions = await installation.sql<VersionRow>(
    `SELECT team || '/' || model AS repository, version, image_digest AS digest FROM catalogue.version ORDER BY 1, 2`,
  );
  const found: string[] = [];
  const blobs = new Map<string, Descriptor>();
  await atOnce(versions, async ({ repository, version, digest }) => {
    const bytes = await pulled(`${url}/v2/${repository}/manifests/${version}`);
    if (bytes === undefined || digestOf(bytes) !== digest) {
      found.push(`${repository}:${version} does not give the manifest ${digest}`);
      return;
    }
    const { config, layers } = JSON.parse(bytes.toString()) as Manifest;
    for (const blob of [config, ...layers]) blobs.set(`${repository}/blobs/${blob.digest}`, blob);
  });
  await atOnce([...blobs], async ([name, { digest, size }]) => {
    const bytes = await pulled(`${url}/v2/${name}`);
    if (bytes?.length !== size || digestOf(bytes) !== digest)
      found.push(`${name} is not there whole`);
  });
  return found;
}

const MOST_AT_ONCE = 8;

async function atOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, worker));
}

async function pulled(url: string): Promise<Buffer | undefined> {
  const response = await fetch(url, { headers: { accept: `${TYPE}, */*` } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return response.ok ? bytes : undefined;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
