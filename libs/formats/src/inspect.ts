import type { ModelFiles } from './files/model-files.ts';
import { Budget, type BudgetLimits, defaultBudget } from './frame/budget.ts';
import { candidatesOf } from './frame/candidates.ts';
import { BudgetExhausted } from './frame/errors.ts';
import type { Inspection } from './frame/inspection.ts';
import { readClaims } from './frame/read-claims.ts';
import { contextFor } from './frame/reader-context.ts';
import type { ReaderContext } from './frame/reader.ts';
import { declaredInspection } from './readers/declared/declared-inspection.ts';
import { readDeclared } from './readers/declared/read-declared.ts';
import { readers } from './readers/readers.ts';
import { recognise } from './recognise/recognise.ts';

/**
 * Reads what a model takes and gives, and never runs it. Nothing understood is verdict `none`, with the name of the
 * format where it is known; so is a model whose reading passes the budget, with a warning.
 * @throws ModelUnreadable when a file is of a known format and damaged
 */
export async function inspect(
  files: ModelFiles,
  signal: AbortSignal,
  limits: BudgetLimits = defaultBudget,
): Promise<Inspection> {
  const deadline = AbortSignal.timeout(limits.timeMs);
  const budget = new Budget(limits);
  const context = contextFor(
    files,
    candidatesOf(files.list(), readers),
    budget,
    AbortSignal.any([signal, deadline]),
  );
  try {
    return told(await inspectIn(context), budget);
  } catch (error) {
    if (error instanceof BudgetExhausted) return nothing([error]);
    if (deadline.aborted && error === deadline.reason)
      return nothing([
        new BudgetExhausted(`Reading the model takes longer than ${limits.timeMs / 1000} s.`),
      ]);
    throw error;
  }
}

async function inspectIn(context: ReaderContext): Promise<Inspection> {
  const declared = await readDeclared(context);
  const read = await readClaims(readers, context);
  if (read?.signature) return { ...read, ...(declared && { declared }) };
  const { framework, artifact, warnings } = read ?? (await recognise(context));
  const base = declared ? declaredInspection(declared) : nothing(warnings);
  if (framework === 'unknown') return base;
  return { ...base, framework, artifact, safety: read?.safety ?? base.safety, warnings };
}

/** What is too much to be told is left out; the name of the format is not. */
function told(inspection: Inspection, budget: Budget): Inspection {
  try {
    budget.tell(inspection);
    return inspection;
  } catch (error) {
    if (!(error instanceof BudgetExhausted)) throw error;
    const { framework, artifact, safety } = inspection;
    return { ...nothing([error]), framework, artifact, safety };
  }
}

function nothing(warnings: Inspection['warnings']): Inspection {
  return {
    framework: 'unknown',
    artifact: 'unknown',
    signature: null,
    verdict: 'none',
    evidence: {},
    safety: { findings: [] },
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  };
}
