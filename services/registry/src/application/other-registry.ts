/** Where released images are kept, when it is not this registry: the builder pushed them there by digest. */
export abstract class OtherRegistry {
  /**
   * Names an image by its version there; again changes nothing. Throws ImageNotThere, VersionTagTaken, and what the
   * network throws.
   */
  abstract release(
    version: { readonly repository: string; readonly version: number; readonly digest: string },
    signal: AbortSignal,
  ): Promise<void>;
}
