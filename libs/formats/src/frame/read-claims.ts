import type { Verdict, Warning } from '@floe/signature';

import { isRecognised } from '../recognise/recognise.ts';
import { BudgetExhausted, ModelUnreadable } from './errors.ts';
import type { Inspection } from './inspection.ts';
import type { Claim, Reader, ReaderContext } from './reader.ts';

/** Claims from names alone are weaker. */
const contentStrength = 0.5;
/** Several models in one upload are rarely more. */
const mostClaims = 8;
const order: readonly Verdict[] = ['exact', 'usable', 'partial', 'weights-only', 'none'];

interface ReadClaim {
  readonly claim: Claim;
  readonly inspection: Inspection;
}

/**
 * The best that the readers understand, the others as its alternatives; `undefined` when none claims anything.
 * @throws ModelUnreadable when all that claims to be a model is damaged
 */
export async function readClaims(
  readers: readonly Reader[],
  context: ReaderContext,
): Promise<Inspection | undefined> {
  const read: ReadClaim[] = [];
  const failures: ModelUnreadable[] = [];
  for (const { reader, claim } of await claimsOf(readers, context)) {
    if (read.some(({ inspection }) => isBetterThan(inspection, claim, reader))) break;
    try {
      read.push({ claim, inspection: await reader.read(context, claim) });
    } catch (error) {
      if (error instanceof BudgetExhausted) return exhausted(reader, error);
      if (!(error instanceof ModelUnreadable)) throw error;
      failures.push(named(error, claim));
    }
  }
  const [best, ...others] = read.toSorted(
    (a, b) => order.indexOf(a.inspection.verdict) - order.indexOf(b.inspection.verdict),
  );
  if (best) return withAlternatives(best, others, failures);
  if (failures[0]) throw failures[0];
  return undefined;
}

/** Of several files the uploader has to know which one is meant. */
function named(error: ModelUnreadable, { path }: Claim): ModelUnreadable {
  if (error.message.includes(path)) return error;
  return new ModelUnreadable(`'${path}' cannot be read: ${error.message}`, { cause: error });
}

/** A model that is understood leaves claims by name and claims of other readers unread. */
function isBetterThan(inspection: Inspection, { strength }: Claim, { id }: Reader): boolean {
  if (inspection.verdict !== 'exact') return false;
  return strength < contentStrength || inspection.framework !== id;
}

async function claimsOf(
  readers: readonly Reader[],
  context: ReaderContext,
): Promise<{ reader: Reader; claim: Claim }[]> {
  const claims: { reader: Reader; claim: Claim }[] = [];
  for (const reader of readers)
    for (const claim of await reader.claim(context))
      if (!(await isContradicted(claim, context))) claims.push({ reader, claim });
  return claims
    .toSorted(
      (a, b) =>
        byName(a.claim) - byName(b.claim) ||
        a.reader.rank - b.reader.rank ||
        remoteness(a.claim) - remoteness(b.claim) ||
        (a.claim.path < b.claim.path ? -1 : 1),
    )
    .slice(0, mostClaims);
}

/** Content beats the name. */
async function isContradicted(claim: Claim, context: ReaderContext): Promise<boolean> {
  if (claim.strength >= contentStrength) return false;
  const file = context.candidates.find(({ path }) => path === claim.path);
  return file !== undefined && isRecognised(await context.head(file), file.path);
}

/** 1 for a claim from a name alone. */
function byName({ strength }: Claim): number {
  return strength < contentStrength ? 1 : 0;
}

/** The main one of several is called `model` or lies nearest to the root. */
function remoteness({ path }: Claim): number {
  return path.split('/').length * 2 - (/(^|\/)model\.[a-z0-9]+$/i.test(path) ? 1 : 0);
}

function withAlternatives(
  { claim, inspection }: ReadClaim,
  others: readonly ReadClaim[],
  failures: readonly ModelUnreadable[],
): Inspection {
  if (others.length + failures.length === 0) return inspection;
  const signatures = others.flatMap(({ inspection: { signature } }) => signature ?? []);
  const known = [inspection.signature, ...(inspection.otherSignatures ?? [])];
  const different = new Map(
    signatures.map((signature) => [JSON.stringify(signature), signature] as const),
  );
  for (const signature of known) different.delete(JSON.stringify(signature));
  const otherSignatures = [...(inspection.otherSignatures ?? []), ...different.values()];
  const several: Warning[] =
    others.length > 0
      ? [
          {
            code: 'SEVERAL_MODELS',
            message: `The signature is that of '${claim.path}'; there is also ${others
              .map((other) => `'${other.claim.path}'`)
              .join(', ')}.`,
          },
        ]
      : [];
  return {
    ...inspection,
    ...(otherSignatures.length > 0 && { otherSignatures }),
    safety: {
      findings: [inspection, ...others.map((other) => other.inspection)].flatMap(
        ({ safety }) => safety.findings,
      ),
    },
    warnings: [
      ...inspection.warnings,
      ...several,
      ...failures.map(({ code, message }) => ({ code, message })),
    ],
  };
}

function exhausted({ id }: Reader, { code, message }: BudgetExhausted): Inspection {
  return {
    framework: id,
    artifact: id,
    signature: null,
    verdict: 'none',
    evidence: {},
    safety: { findings: [] },
    warnings: [{ code, message }],
  };
}
