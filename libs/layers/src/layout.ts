/** Part of every build: another layout gives other digests for the same files. */
export const LAYOUT_VERSION = 1;

/** Uncompressed, so a layer's digest is also its diff id. */
export const MEDIA_TYPE = 'application/vnd.oci.image.layer.v1.tar';

/** Where a model's files stand in the image; both are directory entries of every layer. */
export const ROOT_DIRECTORIES: readonly string[] = ['model/', 'model/files/'];

/** Stands before each path of the model in the name of its entry. */
export const ENTRY_PREFIX = 'model/files/';
