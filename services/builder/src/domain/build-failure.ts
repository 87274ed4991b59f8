export type BuildFailureCode =
  | 'RUNTIME_NOT_FOUND'
  | 'INSTALL_FAILED'
  | 'TOO_MANY_LAYERS'
  | 'REGISTRY_REFUSED'
  | 'REGISTRY_UNREACHABLE'
  | 'IMAGE_NOT_VERIFIED'
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL';

/** Trying again may help: away for the moment, or not to be explained. */
const PASSING: ReadonlySet<BuildFailureCode> = new Set([
  'REGISTRY_UNREACHABLE',
  'IMAGE_NOT_VERIFIED',
  'INTERNAL',
]);

/** Why no image came out, in words for the uploader. */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';

  constructor(
    /** Part of the public API. */
    readonly code: BuildFailureCode,
    message: string,
    /** What to do next. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get passing(): boolean {
    return PASSING.has(this.code);
  }
}
