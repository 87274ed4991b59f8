import type { ModelFiles } from './files/model-files.ts';
import { Budget, type BudgetLimits, defaultBudget } from './frame/budget.ts';
import { candidatesOf } from './frame/candidates.ts';
import { BudgetExhausted, ModelUnreadable } from './frame/errors.ts';
import type { Inspection } from './frame/inspection.ts';
import { contextFor } from './frame/reader-context.ts';
import type { Claim, Reader, ReaderContext } from './frame/reader.ts';
import { readers } from './readers/readers.ts';

/** Claims from names alone are weaker. */
const contentStrength = 0.5;

/**
 * Reads what a model takes and gives, and never runs it. Nothing recognised is verdict `none`.
 * @throws ModelUnreadable when a file is of a known format and damaged
 */
export async function inspect(
  files: ModelFiles,
  signal: AbortSignal,
  limits: BudgetLimits = defaultBudget,
): Promise<Inspection> {
  const budget = new Budget(limits);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.timeMs)]);
  const context = contextFor(files, candidatesOf(files.list(), ['.onnx']), budget, deadline);
  let failure: ModelUnreadable | undefined;
  for (const { reader, claim } of await claimsOf(context)) {
    try {
      return await reader.read(context, claim);
    } catch (error) {
      if (error instanceof BudgetExhausted) return exhausted(reader, error);
      if (!(error instanceof ModelUnreadable)) throw error;
      failure ??= error;
    }
  }
  if (failure) throw failure;
  return nothing;
}

async function claimsOf(context: ReaderContext): Promise<{ reader: Reader; claim: Claim }[]> {
  const claims = [];
  for (const reader of readers)
    for (const claim of await reader.claim(context)) claims.push({ reader, claim });
  return claims.toSorted(
    (a, b) => byName(a.claim) - byName(b.claim) || a.reader.rank - b.reader.rank,
  );
}

/** 1 for a claim from a name alone. */
function byName({ strength }: Claim): number {
  return strength < contentStrength ? 1 : 0;
}

const nothing: Inspection = {
  framework: 'unknown',
  artifact: 'unknown',
  signature: null,
  verdict: 'none',
  evidence: {},
  safety: { findings: [] },
  warnings: [],
};

function exhausted({ id }: Reader, { code, message }: BudgetExhausted): Inspection {
  return { ...nothing, framework: id, artifact: id, warnings: [{ code, message }] };
}
