import type { Signature } from '../answers/signature.ts';

/** How to build what was uploaded; what is absent is the platform's choice. */
export interface BuildSpec {
  readonly contract?: Signature | undefined;
  readonly runtime?: string | undefined;
  readonly installCommand?: string | undefined;
  readonly needsAllFiles?: boolean | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly aliases?: readonly string[] | undefined;
  /** Release without a signature when none can be found. */
  readonly allowUnknownSignature?: boolean | undefined;
  /** Why the declared signature is right against what the files say. */
  readonly signatureOverride?: string | undefined;
}

export interface BuildRequest extends BuildSpec {
  /** Digests of the model's layers, in their order. */
  readonly layers: readonly string[];
}
