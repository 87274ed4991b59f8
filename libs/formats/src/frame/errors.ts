/** A file claims to be a model and cannot be read as one. */
export class ModelUnreadable extends Error {
  override readonly name = 'ModelUnreadable';
  readonly code = 'MODEL_UNREADABLE';
}

/** Loading the model would do something that a model must not do. */
export class ModelUnsafe extends Error {
  override readonly name = 'ModelUnsafe';
  readonly code = 'MODEL_UNSAFE';
}

/** Reading would cost more than it is allowed to. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
  readonly code = 'BUDGET_EXHAUSTED';
}
