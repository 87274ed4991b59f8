/** Bounds one piece of work; dispose of it when the work is done. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** Aborted with `parent`, and after `ms` at the latest. Leaves neither a timer nor a listener behind. */
export function deadline(parent: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent.reason);
  const timer = setTimeout(
    () => controller.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError')),
    ms,
  );
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}
