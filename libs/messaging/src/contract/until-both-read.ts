import type { OpenBus } from './bus-server.ts';
import { series } from './numbered.ts';
import type { Received } from './received.ts';

const never = new AbortController().signal;

/** Publishes until each of the members was given something: then all of them have joined. */
export async function untilBothRead(
  bus: OpenBus,
  topic: string,
  members: readonly Received[],
): Promise<void> {
  for (let from = 0; members.some(({ records }) => records.length === 0); from += 1) {
    await bus.publish(series(topic, 1, { from }), never);
  }
}
