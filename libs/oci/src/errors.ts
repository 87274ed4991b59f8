const LONGEST_QUOTE = 80;

/** A name from outside breaks the rules of its kind. */
export class NameInvalid extends Error {
  override readonly name = 'NameInvalid';

  constructor(
    readonly kind: 'repository' | 'tag' | 'digest' | 'reference',
    text: string,
  ) {
    super(`not a ${kind}: ${JSON.stringify(text.slice(0, LONGEST_QUOTE))}`);
  }
}

/** The bytes are not a manifest that a registry may take. */
export class ManifestInvalid extends Error {
  override readonly name = 'ManifestInvalid';
}

/** The manifest has more bytes than a registry has to take. */
export class ManifestTooLarge extends Error {
  override readonly name = 'ManifestTooLarge';

  constructor(readonly limitBytes: number) {
    super(`a manifest has at most ${limitBytes} bytes`);
  }
}

/** The image would have more layers than engines take. */
export class TooManyLayers extends Error {
  override readonly name = 'TooManyLayers';
  readonly code = 'TOO_MANY_LAYERS';

  constructor(
    readonly count: number,
    readonly limit: number,
  ) {
    super(`the image would have ${count} layers; engines take ${limit}`);
  }
}

/** Manifest, config and layers do not belong together. */
export class ImageInvalid extends Error {
  override readonly name = 'ImageInvalid';
}

/** The registry answered, and its answer is no: asking again would not help. */
export class RegistryRefused extends Error {
  override readonly name = 'RegistryRefused';

  constructor(
    readonly action: string,
    readonly status: number,
    /** The registry's own code, such as `DENIED`; `UNKNOWN` when it gave none. */
    readonly code: string,
    readonly registryMessage: string,
  ) {
    super(`the registry refused to ${action}: ${status} ${code} ${registryMessage}`.trimEnd());
  }
}

/** No usable answer although it was asked several times: away, overloaded (429, 5xx) or silent. Worth trying later. */
export class RegistryUnreachable extends Error {
  override readonly name = 'RegistryUnreachable';

  constructor(
    readonly action: string,
    options: { readonly cause: unknown },
  ) {
    super(`the registry could not ${action}: ${messageOf(options.cause)}`, options);
  }
}

/** What the registry shows is not what was put there, or is not there at all. */
export class ImageNotVerified extends Error {
  override readonly name = 'ImageNotVerified';
}

/** The reason of a failure stands in its innermost cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? messageOf(error.cause) : error.message;
}
