import type { Inference, Upload, Warning } from '@floe/contracts';
import type { Inspection } from '@floe/formats';
import {
  decideOutcome,
  type DeclaredContract,
  type Evidence,
  parseContract,
  type ReadingFailure,
  type Signature,
  type Verdict,
} from '@floe/signature';

/** What was understood of the files, or why they could not be read to their end. */
export type Reading =
  | { readonly kind: 'read'; readonly inspection: Inspection }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What becomes of a build at this stage. */
export type Judgement =
  | {
      readonly kind: 'inferred';
      readonly inference: Inference;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: string;
      readonly hint: string;
      readonly inference?: Inference;
    };

/** The table of the architecture, section 3, for the files and the specification of one upload. */
export function judge({ spec }: Pick<Upload, 'spec'>, reading: Reading): Judgement {
  const inspection = reading.kind === 'read' ? reading.inspection : undefined;
  const unsafe = inspection && rejectUnsafe(inspection);
  if (unsafe) return unsafe;

  const outcome = decideOutcome({
    declared: declaredIn(spec, inspection),
    inference: inspection ?? unreadable(reading),
    allowUnknownSignature: spec.allowUnknownSignature,
    signatureOverride: spec.signatureOverride,
  });
  if (outcome.kind === 'fails') {
    const { code, message, hint } = outcome;
    const inference = inspection && inferenceOf(inspection, inspection);
    return { kind: 'rejected', code, message, hint, ...(inference && { inference }) };
  }
  return {
    kind: 'inferred',
    inference: inferenceOf(inspection, outcome),
    warnings: [...(inspection?.warnings ?? []), ...outcome.warnings].map(warningOf),
  };
}

/** No declaration makes a model safe that does harm when it is loaded. */
function rejectUnsafe(inspection: Inspection): Judgement | undefined {
  const unsafe = inspection.safety.findings.filter(({ severity }) => severity === 'unsafe');
  if (unsafe.length === 0) return undefined;
  return {
    kind: 'rejected',
    code: 'MODEL_UNSAFE',
    message: unsafe.map(({ path, message }) => `${path}: ${message}`).join('; '),
    hint: 'Save the model in a form that holds data only, such as ONNX or safetensors.',
    inference: inferenceOf(inspection, inspection),
  };
}

/** The request's own contract counts before one among the files. */
function declaredIn(
  { contract }: Upload['spec'],
  inspection: Inspection | undefined,
): DeclaredContract | undefined {
  if (contract !== undefined) return { path: 'request', signature: parseContract(contract) };
  return inspection?.declared;
}

function unreadable(reading: Reading): ReadingFailure {
  const message = reading.kind === 'unreadable' ? reading.message : '';
  return { code: 'MODEL_UNREADABLE', message };
}

interface Known {
  readonly signature: Signature | null;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

function inferenceOf(
  inspection: Inspection | undefined,
  { signature, verdict, evidence }: Known,
): Inference {
  const { framework, frameworkVersion, artifact, classLabels } = inspection ?? {};
  return {
    ...(isKnown(framework) && { framework }),
    ...(frameworkVersion !== undefined && { frameworkVersion }),
    ...(isKnown(artifact) && { artifact }),
    verdict,
    ...(signature !== null && { signature }),
    evidence,
    classLabels: (classLabels ?? []).map(String),
  };
}

function isKnown(name: string | undefined): name is string {
  return name !== undefined && name !== 'unknown';
}

function warningOf({ code, message, pointer }: Warning): Warning {
  return { code, message, ...(pointer !== undefined && { pointer }) };
}
