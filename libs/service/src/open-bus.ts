import { TOPICS } from '@floe/contracts';
import type { Bus } from '@floe/messaging';
import { KafkaBus } from '@floe/messaging-kafka';
import { PostgresBus } from '@floe/messaging-postgres';

const KAFKA = 'kafka://';

/**
 * Opens the bus that the address names: `postgres://…` or `kafka://host:port,host:port`. Rejects when no server of it
 * can be reached. `report` is told what goes wrong between the calls; the bus goes on by itself.
 */
export function openBus(
  url: string,
  report: (error: unknown) => void,
): Promise<Bus & AsyncDisposable> {
  if (!url.startsWith(KAFKA)) return PostgresBus.open(url, report);
  const brokers = url.slice(KAFKA.length).split(',');
  return KafkaBus.open({ brokers, clientId: 'floe', report, topics: TOPICS });
}
