/**
 * Gives what the source gives until the signal aborts, then throws its reason at once: a source that hangs is told to
 * return, but not waited for.
 */
export async function* abortable<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  // One rejection for the wait of the moment: racing each wait against one long promise would keep them all.
  let interrupt: ((reason: unknown) => void) | undefined;
  const onAbort = (): void => interrupt?.(signal.reason);
  signal.addEventListener('abort', onAbort);
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T>>();
      interrupt = reject;
      iterator.next().then(resolve, (error: unknown) => {
        ended = true;
        reject(error);
      });
      const next = await promise;
      ended = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!ended) void iterator.return?.().catch(() => {});
  }
}
