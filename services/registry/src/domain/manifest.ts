import type { ParsedManifest } from '@floe/oci';

/** How a client names a manifest. */
export type Reference =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'digest'; readonly digest: string };

/** A manifest as it was pushed, byte for byte. */
export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A manifest on its way into a repository. */
export interface PushedManifest extends StoredManifest {
  readonly parsed: ParsedManifest;
  /** Pushed by the platform itself: it belongs to a build and is not deleted through the protocol. */
  readonly kept: boolean;
}

/** A manifest that says something about another one. */
export interface Referrer {
  readonly digest: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function referenceText(reference: Reference): string {
  return reference.kind === 'tag' ? reference.tag : reference.digest;
}
