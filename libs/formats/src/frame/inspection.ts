import type { DeclaredContract, Evidence, Signature, Verdict, Warning } from '@floe/signature';

/** Something that a reader saw and that matters for whoever will load the model. */
export interface Finding {
  /** Stable UPPER_SNAKE. */
  readonly code: string;
  /** `unsafe`: loading the model would do what a model must not do; who passes models on refuses it (`MODEL_UNSAFE`). */
  readonly severity: 'notice' | 'unsafe';
  readonly message: string;
  readonly path: string;
}

/** A package that loads the model. */
export interface Requirement {
  readonly package: string;
  readonly version?: string;
}

/** All that is understood of a model without running it: the document of `floe inspect --json`. */
export interface Inspection {
  readonly framework: string;
  readonly frameworkVersion?: string;
  /** What kind of file or folder was read. */
  readonly artifact: string;
  readonly signature: Signature | null;
  readonly otherSignatures?: readonly Signature[];
  readonly verdict: Verdict;
  readonly classLabels?: readonly (string | number)[];
  readonly evidence: Evidence;
  readonly requirements?: readonly Requirement[];
  readonly safety: { readonly findings: readonly Finding[] };
  readonly warnings: readonly Warning[];
  /** A contract among the files, beside a model that has a signature of its own: to be compared with it. */
  readonly declared?: DeclaredContract;
}
