import { z } from 'zod';

import { ManifestInvalid, ManifestTooLarge } from './errors.ts';
import type { Descriptor } from './image.ts';
import { DOCKER_INDEX, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from './media-types.ts';
import { parseDigest } from './names.ts';
import { parseJson } from './parse-json.ts';

/** Registries have to take 4 MiB (distribution-spec 1.1, "Pushing manifests"). */
export const MAX_MANIFEST_BYTES = 4 * 1_024 * 1_024;

/** What a registry has to know of a manifest; everything else in it is only kept. */
export interface ParsedManifest {
  readonly mediaType: string;
  /** Config and layers of a manifest. */
  readonly blobs: readonly Descriptor[];
  /** Manifests of an index. */
  readonly manifests: readonly Descriptor[];
  /** The manifest that this one says something about. */
  readonly subject?: Descriptor;
  /** Of an image manifest without one: the media type of its config (distribution-spec 1.1, "Listing referrers"). */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Reads an untrusted manifest: OCI image manifests (artifacts included) and indexes, Docker's version 2.
 * Where a member stands twice the last one counts, as in every common reader of JSON.
 * Throws ManifestInvalid, ManifestTooLarge.
 *
 * @param contentType the type stated beside the bytes; the document may repeat it, never contradict it
 */
export function parseManifest(bytes: Uint8Array, contentType: string | undefined): ParsedManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw new ManifestTooLarge(MAX_MANIFEST_BYTES);
  const document = parseJson(bytes);
  const inside = checked(declared, document).mediaType;
  const mediaType = contentType ?? inside ?? '';
  if (inside !== undefined && inside !== mediaType) {
    throw new ManifestInvalid(`the content type is ${mediaType}, the document says ${inside}`);
  }
  switch (mediaType) {
    case OCI_MANIFEST:
    case DOCKER_MANIFEST:
      return ofManifest(mediaType, checked(manifest, document));
    case OCI_INDEX:
    case DOCKER_INDEX:
      return ofIndex(mediaType, checked(index, document));
    default:
      throw new ManifestInvalid(`manifests of the type ${mediaType || '(none)'} are not taken`);
  }
}

const descriptor = z
  .object({
    mediaType: z.string().min(1).max(255),
    digest: z.string().refine(isParseable, 'must be a digest'),
    size: z.int().nonnegative(),
  })
  .transform(({ mediaType, digest, size }): Descriptor => ({ mediaType, digest, sizeBytes: size }));

const declared = z.object({ mediaType: z.string().optional() });

/** Members of the other kind are refused: readers would differ in what the document is (CVE-2021-41190). */
const absent = z.undefined({ error: 'belongs to the other kind of manifest' }).optional();

const common = {
  schemaVersion: z.literal(2),
  subject: descriptor.optional(),
  artifactType: z.string().max(255).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
};

const manifest = z.object({
  ...common,
  config: descriptor,
  layers: z.array(descriptor),
  manifests: absent,
});

const index = z.object({
  ...common,
  manifests: z.array(descriptor),
  config: absent,
  layers: absent,
});

function ofManifest(
  mediaType: string,
  { config, layers, ...rest }: z.output<typeof manifest>,
): ParsedManifest {
  const artifactType = rest.artifactType ?? config.mediaType;
  return {
    mediaType,
    blobs: [config, ...layers],
    manifests: [],
    ...about({ ...rest, artifactType }),
  };
}

function ofIndex(mediaType: string, parsed: z.output<typeof index>): ParsedManifest {
  return { mediaType, blobs: [], manifests: parsed.manifests, ...about(parsed) };
}

function about({
  subject,
  artifactType,
  annotations,
}: Pick<z.output<typeof index>, 'subject' | 'artifactType' | 'annotations'>): Pick<
  ParsedManifest,
  'subject' | 'artifactType' | 'annotations'
> {
  return {
    ...(subject !== undefined && { subject }),
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations !== undefined && { annotations }),
  };
}

function checked<Schema extends z.ZodType>(schema: Schema, document: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(document);
  if (success) return data;
  const [issue] = error.issues;
  throw new ManifestInvalid(`${issue?.path.join('.') || 'document'}: ${issue?.message}`);
}

function isParseable(text: string): boolean {
  try {
    return parseDigest(text) === text;
  } catch {
    return false;
  }
}
