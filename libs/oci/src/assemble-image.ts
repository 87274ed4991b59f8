import { jsonContent } from './content.ts';
import type { HistoryEntry, ImageConfig, Manifest, WireDescriptor } from './documents.ts';
import { ImageInvalid, TooManyLayers } from './errors.ts';
import type { Descriptor, Image } from './image.ts';
import { OCI_CONFIG, OCI_MANIFEST, ociLayerType } from './media-types.ts';

/** Docker Engine pulls 125 layers; at 126 it fails with "max depth exceeded". */
export const MAX_LAYERS = 125;

const CREATED = '1970-01-01T00:00:00Z';

export interface ImageParts {
  /** The image that the model's layers are put on; without one the image serves as a volume image. */
  readonly runtime?: { readonly manifest: Manifest; readonly config: ImageConfig };
  /** The layer of `contractLayer`. */
  readonly contract?: Descriptor;
  /** Uncompressed layers of the model, lowest first. */
  readonly layers: readonly Descriptor[];
  readonly labels: Readonly<Record<string, string>>;
  readonly workingDir: string;
}

/**
 * Writes the two documents of an image: a pure function of its parts, so that the same model gives the same digest
 * on every machine at any time. Throws TooManyLayers, or ImageInvalid for a runtime that contradicts itself.
 */
export function assembleImage({
  runtime,
  contract,
  layers,
  labels,
  workingDir,
}: ImageParts): Image {
  const below = runtime === undefined ? [] : runtime.manifest.layers.map(descriptorOf);
  const above = contract === undefined ? layers : [contract, ...layers];
  const all = [...below, ...above];
  if (all.length > MAX_LAYERS) throw new TooManyLayers(all.length, MAX_LAYERS);
  if (below.length !== (runtime?.config.rootfs.diff_ids.length ?? 0)) {
    throw new ImageInvalid('the runtime has another number of layers than of diff ids');
  }

  const config = jsonContent(OCI_CONFIG, {
    created: CREATED,
    architecture: runtime?.config.architecture ?? 'amd64',
    os: runtime?.config.os ?? 'linux',
    ...(runtime?.config.variant !== undefined && { variant: runtime.config.variant }),
    config: {
      ...runtime?.config.config,
      WorkingDir: workingDir,
      Labels: sorted({ ...runtime?.config.config?.Labels, ...labels }),
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...(runtime?.config.rootfs.diff_ids ?? []), ...above.map(({ digest }) => digest)],
    },
    history: [
      ...runtimeHistory(runtime?.config, below.length),
      ...(contract === undefined ? [] : [step('floe: contract')]),
      ...layers.map(() => step('floe: model')),
    ],
  });
  const manifest = jsonContent(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: wireOf(config),
    layers: all.map(wireOf),
  });
  return { manifest, config, layers: all };
}

/** The runtime's own history where it speaks of every layer, else one plain entry for each. */
function runtimeHistory(config: ImageConfig | undefined, count: number): readonly HistoryEntry[] {
  const own = config?.history ?? [];
  const complete = own.filter((entry) => entry.empty_layer !== true).length === count;
  return complete ? own : Array.from({ length: count }, () => step('floe: runtime'));
}

function step(createdBy: string): HistoryEntry {
  return { created: CREATED, created_by: createdBy };
}

function descriptorOf({ mediaType, digest, size }: WireDescriptor): Descriptor {
  return { mediaType: ociLayerType(mediaType), digest, sizeBytes: size };
}

function wireOf({ mediaType, digest, sizeBytes }: Descriptor): WireDescriptor {
  return { mediaType, digest, size: sizeBytes };
}

function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
