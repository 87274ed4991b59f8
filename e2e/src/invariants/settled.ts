import { eventually } from '@floe/testing';

import type { Installation } from './installation.ts';
import { readRules, readUnsettled } from './read-invariants.ts';

/** The design's promise: from a ready platform on, everything accepted ends within it. */
const WITHIN_MS = 10_000;

/** Waits until all work is done, ten seconds at most if nothing else is said; gives what does not hold then. */
export async function settled(
  installation: Installation,
  deadlineMs = WITHIN_MS,
): Promise<readonly string[]> {
  let open: readonly string[] = ['nothing could be read'];
  const isDone = async (): Promise<boolean> => {
    open = await readUnsettled(installation);
    return open.length === 0;
  };
  await eventually(isDone, { deadlineMs }).catch(() => {});
  return [...open, ...(await readRules(installation))];
}
