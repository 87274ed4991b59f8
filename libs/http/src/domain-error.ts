/** A rule was broken by the one who asks; the message is a sentence for that person. */
export abstract class DomainError extends Error {
  /** Part of the public API: a code never changes its meaning. It stands in the table of problems. */
  abstract readonly code: string;
  /** What to do next. */
  abstract readonly hint: string;
  /** More members of the answer, such as the digests that are missing. */
  readonly members: Readonly<Record<string, unknown>> = {};
}
