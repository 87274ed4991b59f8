export { localFiles } from './files/local-files.ts';
export { type ByteRange, type ModelFile, ModelFiles } from './files/model-files.ts';
export { type BudgetLimits, defaultBudget } from './frame/budget.ts';
export { ModelUnreadable, ModelUnsafe } from './frame/errors.ts';
export type { Finding, Inspection, Requirement } from './frame/inspection.ts';
export { refuseUnsafe } from './frame/refuse-unsafe.ts';
export { inspect } from './inspect.ts';
export { Inspector, inspectInWorker } from './worker/inspector.ts';
