export { assembleImage, type ImageParts, MAX_LAYERS } from './assemble-image.ts';
export { contentOf, jsonContent } from './content.ts';
export { contractLayer } from './contract-layer.ts';
export { digestFrom, digestOf, isDigest } from './digest.ts';
export {
  DistributionClient,
  type DistributionOptions,
} from './distribution/distribution-client.ts';
export type { Answer, Outgoing, Transport } from './distribution/send.ts';
export { verifyImage, verifyManifest } from './distribution/verify-image.ts';
export type { HistoryEntry, ImageConfig, Manifest, WireDescriptor } from './documents.ts';
export {
  ImageInvalid,
  ImageNotVerified,
  ManifestInvalid,
  ManifestTooLarge,
  NameInvalid,
  RegistryRefused,
  RegistryUnreachable,
  TooManyLayers,
} from './errors.ts';
export type { Content, Descriptor, Image } from './image.ts';
export {
  DOCKER_INDEX,
  DOCKER_MANIFEST,
  isForeignLayer,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from './media-types.ts';
export { parseDigest, parseRepository, parseTag } from './names.ts';
export { MAX_MANIFEST_BYTES, type ParsedManifest, parseManifest } from './parse-manifest.ts';
export { formatReference, parseReference, type Reference } from './parse-reference.ts';
export { type RandomImage, randomImage } from './random-image.ts';
export { validateImage } from './validate-image.ts';
