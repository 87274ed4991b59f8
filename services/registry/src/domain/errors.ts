/** Part of the protocol (distribution-spec 1.1, "Error Codes"): a code never changes its meaning. */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'UNSUPPORTED';

/** A rule was broken by the one who asks; the message is a sentence for that person. */
export abstract class RegistryError extends Error {
  abstract readonly code: ErrorCode;
}

export class BlobUnknown extends RegistryError {
  readonly code = 'BLOB_UNKNOWN';

  constructor(digest: string) {
    super(`The repository has no blob ${digest}.`);
  }
}

export class UploadUnknown extends RegistryError {
  readonly code = 'BLOB_UPLOAD_UNKNOWN';

  constructor() {
    super('There is no such upload; it may have ended or expired.');
  }
}

/** A part does not begin where the upload ends. */
export class OutOfOrder extends RegistryError {
  readonly code = 'BLOB_UPLOAD_INVALID';

  constructor(readonly sizeBytes: number) {
    super(`The upload has ${sizeBytes} bytes; the next part has to begin there.`);
  }
}

export class DigestInvalid extends RegistryError {
  readonly code = 'DIGEST_INVALID';
}

export class SizeInvalid extends RegistryError {
  readonly code = 'SIZE_INVALID';
}

export class ManifestUnknown extends RegistryError {
  readonly code = 'MANIFEST_UNKNOWN';

  constructor(reference: string) {
    super(`The repository has no manifest ${reference}.`);
  }
}

export class ManifestRefused extends RegistryError {
  readonly code = 'MANIFEST_INVALID';
}

/** The manifest refers to content that the repository does not have. */
export class ReferenceMissing extends RegistryError {
  readonly code = 'MANIFEST_BLOB_UNKNOWN';

  constructor(readonly digests: readonly string[]) {
    super(`The repository lacks ${digests.join(', ')}; push it before the manifest.`);
  }
}

export class NameRefused extends RegistryError {
  readonly code = 'NAME_INVALID';
}

export class RepositoryUnknown extends RegistryError {
  readonly code = 'NAME_UNKNOWN';

  constructor(repository: string) {
    super(`There is no repository ${repository}.`);
  }
}

/** Numbers, `latest` and aliases of a model are written by the platform alone. */
export class TagKept extends RegistryError {
  readonly code = 'DENIED';

  constructor(tag: string) {
    super(`The tag ${tag} is kept by the platform: upload the model to make its next version.`);
  }
}

export class BadCredentials extends RegistryError {
  readonly code = 'UNAUTHORIZED';

  constructor() {
    super('The token is not the one of this platform.');
  }
}

/** What versions rest on is never deleted through the protocol. */
export class NotDeletable extends RegistryError {
  readonly code = 'UNSUPPORTED';

  constructor(what: string) {
    super(`${what} is kept by the platform and cannot be deleted here.`);
  }
}

/** The tag of a version names another image already: the database was restored, or two platforms share it. */
export class VersionTagTaken extends Error {
  override readonly name = 'VersionTagTaken';

  constructor(
    readonly repository: string,
    readonly version: number,
    readonly digest: string,
  ) {
    super(`${repository}:${version} is ${digest} already and will not move`);
  }
}

/** The builder proved the image, yet this registry does not have it (yet). */
export class ImageNotThere extends Error {
  override readonly name = 'ImageNotThere';

  constructor(repository: string, digest: string) {
    super(`${repository} has no manifest ${digest}`);
  }
}
