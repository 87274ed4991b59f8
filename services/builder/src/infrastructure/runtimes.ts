import {
  type DistributionClient,
  type ImageConfig,
  type Manifest,
  NameInvalid,
  OCI_INDEX,
  parseManifest,
  parseReference,
  RegistryRefused,
} from '@floe/oci';

import { BuildFailure } from '../domain/build-failure.ts';
import type { Registry } from './registry.ts';

/** An image that a model is put on, with the repository that holds its layers. */
export interface Runtime {
  readonly client: DistributionClient;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

const CONFIG_LIMIT_BYTES = 4 * 1_024 * 1_024;

/** Finds a runtime in the registry that takes the images. Throws BuildFailure. */
export async function resolveRuntime(
  name: string,
  registry: Registry,
  signal: AbortSignal,
): Promise<Runtime> {
  const { repository, reference } = referenceOf(name, registry);
  const client = registry.repository(repository);
  const manifest = await found(name, client.getManifest(reference, signal));
  if (manifest.mediaType === OCI_INDEX) throw notFound(name, 'names several platforms');
  const [config] = parseManifest(manifest.bytes, manifest.mediaType).blobs;
  if (config === undefined || config.sizeBytes > CONFIG_LIMIT_BYTES) {
    throw notFound(name, 'has no readable configuration');
  }
  return {
    client,
    manifest: JSON.parse(Buffer.from(manifest.bytes).toString()) as Manifest,
    config: await readConfig(client, config.digest, signal),
  };
}

function referenceOf(
  name: string,
  registry: Registry,
): { readonly repository: string; readonly reference: string } {
  const { repository, tag, digest, registry: host } = parsed(name);
  const reference = digest ?? tag;
  if (reference === undefined) throw notFound(name, 'has neither tag nor digest');
  if (host !== 'localhost' && host !== registry.host)
    throw notFound(name, 'is in another registry');
  return { repository, reference };
}

/** Without a registry it is a name in Floe's own. */
function parsed(name: string): ReturnType<typeof parseReference> {
  for (const text of [name, `localhost/${name}`]) {
    try {
      return parseReference(text);
    } catch (error) {
      if (!(error instanceof NameInvalid)) throw error;
    }
  }
  throw notFound(name, 'is not the name of an image');
}

async function found<Content>(name: string, asked: Promise<Content | undefined>): Promise<Content> {
  try {
    const content = await asked;
    if (content !== undefined) return content;
  } catch (error) {
    if (!(error instanceof RegistryRefused)) throw error;
  }
  throw notFound(name, 'is not in the registry');
}

async function readConfig(
  client: DistributionClient,
  digest: string,
  signal: AbortSignal,
): Promise<ImageConfig> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await client.getBlob(digest, signal)) chunks.push(chunk as Uint8Array);
  return JSON.parse(Buffer.concat(chunks).toString()) as ImageConfig;
}

function notFound(name: string, why: string): BuildFailure {
  return new BuildFailure(
    'RUNTIME_NOT_FOUND',
    `The runtime ${name} ${why}.`,
    'Push the runtime to the registry of the platform first, or build without one.',
  );
}
