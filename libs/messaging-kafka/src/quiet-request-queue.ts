import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
}

interface RequestQueueClass {
  readonly prototype: { scheduleCheckPendingRequests: (this: RequestQueue) => void };
}

/**
 * kafkajs sets a timer for the requests that wait even when none does, and with a negative time: a thousand timers a
 * second, and a TimeoutNegativeWarning of Node 24 (tulios/kafkajs#1751). Without waiting requests it needs none.
 */
export function quietRequestQueue(): void {
  const { prototype } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue',
  ) as RequestQueueClass;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhenPending(this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}
