import { setTimeout as sleep } from 'node:timers/promises';

import type { Doorbell } from '@floe/messaging';

const NET_MS = 1_000;

/** Takes a step at each ring and at least each second, until aborted; an error is reported and waited out. */
export async function loop(
  step: () => Promise<void>,
  bell: Doorbell,
  report: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await step();
      await bell.wait(NET_MS, signal);
    } catch (error) {
      report(error);
      await sleep(NET_MS, undefined, { signal }).catch(() => {});
    }
  }
}
