import type { Evidence } from '../evidence.ts';
import { cells, pointerTo, sides, type Signature } from '../signature.ts';
import { type Verdict, verdictOf } from '../verdict.ts';
import type { Warning } from '../warning.ts';
import { contractYamlOf } from '../yaml/contract-yaml-of.ts';
import type { Difference } from './difference.ts';
import { type DeclaredContract, refineSignature } from './refine-signature.ts';

/** What reading the files of a model told about its signature. */
export interface InferredSignature {
  readonly signature: Signature | null;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

/** The files could not be read to their end. */
export interface ReadingFailure {
  readonly code: string;
  readonly message: string;
}

export interface OutcomeQuestion {
  /** From the request, else from the model's own files. */
  readonly declared?: DeclaredContract | undefined;
  readonly inference: InferredSignature | ReadingFailure;
  /** Release a build of which nothing is known. */
  readonly allowUnknownSignature: boolean;
  /** Why the declaration is right where the model contradicts it. */
  readonly signatureOverride?: string | undefined;
}

export type Outcome =
  | {
      readonly kind: 'goes-on';
      readonly signature: Signature | null;
      readonly verdict: Verdict;
      readonly evidence: Evidence;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'fails';
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    };

/** What a signature does to its build: the table of the architecture, section 3. */
export function decideOutcome(question: OutcomeQuestion): Outcome {
  const { declared, inference } = question;
  if (declared) return declaredOutcome(declared, question);
  if ('code' in inference) return unreadableOutcome(inference, question.allowUnknownSignature);
  const { signature, verdict, evidence } = inference;
  if (signature === null || verdict === 'none' || verdict === 'weights-only')
    return unknownOutcome(inference, question.allowUnknownSignature);
  return {
    kind: 'goes-on',
    signature,
    verdict,
    evidence,
    warnings: uncertainCells(signature, evidence),
  };
}

function declaredOutcome(
  declared: DeclaredContract,
  { inference, signatureOverride }: OutcomeQuestion,
): Outcome {
  const failure = 'code' in inference ? inference : undefined;
  const read = 'code' in inference ? undefined : inference;
  const { signature, evidence, differences } = refineSignature(
    declared,
    read?.signature ?? null,
    read?.evidence ?? {},
  );
  const conflicts = differences.filter(({ level }) => level === 'error');
  if (conflicts.length > 0 && signatureOverride === undefined)
    return {
      kind: 'fails',
      code: 'SIGNATURE_CONFLICT',
      message: conflicts.map(({ message }) => message).join('; '),
      hint: 'Correct the contract, or send signatureOverride with the reason why it is right.',
    };
  return {
    kind: 'goes-on',
    signature,
    verdict: verdictOf(signature, evidence),
    evidence,
    warnings: [
      ...(failure ? [{ code: failure.code, message: failure.message }] : []),
      ...differences.map((difference) => warningOf(difference, signatureOverride)),
      ...uncertainCells(signature, evidence),
    ],
  };
}

function warningOf({ level, message, pointer }: Difference, override: string | undefined): Warning {
  if (level === 'error')
    return { code: 'SIGNATURE_CONFLICT', message: `${message} (overridden: ${override})`, pointer };
  return {
    code: level === 'warn' ? 'SIGNATURE_DIFFERENCE' : 'SIGNATURE_NOTE',
    message,
    pointer,
  };
}

function unreadableOutcome({ code, message }: ReadingFailure, allowed: boolean): Outcome {
  if (allowed) return goesOnUnknown([{ code, message }], 'none');
  return {
    kind: 'fails',
    code,
    message,
    hint: 'Check that the upload is complete and that the file is what its name says.',
  };
}

function unknownOutcome({ signature, verdict }: InferredSignature, allowed: boolean): Outcome {
  const message =
    verdict === 'weights-only'
      ? 'The files hold weights and no graph: they do not tell what the model takes and gives.'
      : 'The files do not tell what the model takes and gives.';
  if (allowed) return goesOnUnknown([{ code: 'SIGNATURE_UNKNOWN', message }], verdict);
  return {
    kind: 'fails',
    code: 'SIGNATURE_UNKNOWN',
    message,
    hint: [
      'Fill in this section of serving.yaml, or send allowUnknownSignature: true to release without a signature.',
      '',
      contractYamlOf(signature),
    ].join('\n'),
  };
}

function goesOnUnknown(warnings: readonly Warning[], verdict: Verdict): Outcome {
  return { kind: 'goes-on', signature: null, verdict, evidence: {}, warnings };
}

const uncertainties = {
  example: 'comes from the example that the author traced with',
  assumed: 'is assumed by convention',
  unknown: 'is not known',
};

/** One warning for each cell that is neither proven nor derived nor declared. */
function uncertainCells(signature: Signature, evidence: Evidence): Warning[] {
  return sides.flatMap((side) =>
    signature[side].flatMap((field, index) =>
      cells.flatMap((cell) => {
        const pointer = pointerTo(side, index, cell);
        const status = evidence[pointer]?.status ?? 'unknown';
        if (status === 'proven' || status === 'derived' || status === 'declared') return [];
        const message = `The ${cell} of ${side} '${field.name ?? index}' ${uncertainties[status]}.`;
        return [{ code: 'SIGNATURE_UNCERTAIN', message, pointer }];
      }),
    ),
  );
}
