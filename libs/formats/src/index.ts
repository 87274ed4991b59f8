export { localFiles } from './files/local-files.ts';
export { type ByteRange, type ModelFile, ModelFiles } from './files/model-files.ts';
export { type BudgetLimits, defaultBudget } from './frame/budget.ts';
export { ModelUnreadable } from './frame/errors.ts';
export type { Finding, Inspection, Requirement } from './frame/inspection.ts';
export { inspect } from './inspect.ts';
export { Inspector } from './worker/inspector.ts';
