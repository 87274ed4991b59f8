export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
/** An uncompressed layer: its digest is also its diff id. */
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
export const OCI_LAYER_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';

const DOCKER_LAYERS: ReadonlyMap<string, string> = new Map([
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', OCI_LAYER_GZIP],
  ['application/vnd.docker.image.rootfs.diff.tar', OCI_LAYER],
]);

/** The OCI name of a layer's media type: the bytes are the same under Docker's name. */
export function ociLayerType(mediaType: string): string {
  return DOCKER_LAYERS.get(mediaType) ?? mediaType;
}

/** Layers that registries need not hold; clients get them elsewhere. */
export function isForeignLayer(mediaType: string): boolean {
  return mediaType.includes('nondistributable') || mediaType.includes('rootfs.foreign');
}
