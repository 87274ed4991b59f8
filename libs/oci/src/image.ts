/** Points at content by its digest. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** A small piece of content with its bytes: a manifest, a config, a contract layer. */
export interface Content extends Descriptor {
  readonly bytes: Uint8Array;
}

/** An image as values: what it says in its two documents, and which layers it is made of, lowest first. */
export interface Image {
  readonly manifest: Content;
  readonly config: Content;
  readonly layers: readonly Descriptor[];
}
