/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What every list takes: 1 … 1000 items, after the cursor of an earlier page. */
export interface ListOptions extends CallOptions {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

/** What every call takes that makes something new. */
export interface CreateOptions extends CallOptions {
  /**
   * The same key and the same request give the same answer, once. Made for each call when not given,
   * and kept over its retries.
   */
  readonly idempotencyKey?: string | undefined;
}
