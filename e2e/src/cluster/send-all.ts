import type { Build } from '@floe/client';
import { eventually } from '@floe/testing';

import { sendModel, type Wish } from '../send-model.ts';
import { atOnce } from './at-once.ts';

interface Sending {
  /** Uploads that are under way at a time. */
  readonly senders: number;
  /** Is told each build when it is accepted. */
  readonly onAccepted?: (build: Build) => void;
}

const ACCEPTED_MS = 120_000;

/** Sends each wish again and again, under its key, until it is accepted; gives the builds in the order of the wishes. */
export async function sendAll(
  url: string,
  wishes: readonly Wish[],
  { senders, onAccepted }: Sending,
): Promise<readonly Build[]> {
  const builds: Build[] = [];
  await atOnce(senders, wishes, async (wish, at) => {
    const build = await eventually(() => sendModel(url, wish), { deadlineMs: ACCEPTED_MS });
    builds[at] = build;
    onAccepted?.(build);
  });
  return builds;
}
