/** A file claims to be a model and cannot be read as one. */
export class ModelUnreadable extends Error {
  override readonly name = 'ModelUnreadable';
  readonly code = 'MODEL_UNREADABLE';
}

/** Reading would cost more than it is allowed to. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
  readonly code = 'BUDGET_EXHAUSTED';
}
