import { countText } from '../render/quantities.ts';
import type { GaugeValue } from './gauges-in.ts';
import { lookAgain } from './look-again.ts';

/**
 * Partitions that nobody reads, a sentence each. Records come at any time, hence some are nearly always unread: of a
 * partition that is read their number falls at some moment, of one that is not it never does.
 */
export async function stuckPartitions(
  first: readonly GaugeValue[],
  read: () => Promise<readonly GaugeValue[]>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let stuck = lagIn(first);
  const look = async (): Promise<boolean> => {
    const now = lagIn(await read());
    stuck = new Map(
      [...stuck].filter(([partition, records]) => (now.get(partition) ?? 0) >= records),
    );
    return stuck.size === 0;
  };
  if (stuck.size > 0) await lookAgain(look, signal);
  return [...stuck].map(
    ([partition, records]) => `${partition}: ${countText(records, 'record')} that nobody reads`,
  );
}

/** Of the partitions with unread records. */
function lagIn(gauges: readonly GaugeValue[]): ReadonlyMap<string, number> {
  const lags = gauges.filter(
    ({ name, value }) => name === 'floe_consumer_lag_records' && value > 0,
  );
  return new Map(
    lags.map(({ labels, value }) => [
      `${labels.get('group')} in ${labels.get('topic')}/${labels.get('partition')}`,
      value,
    ]),
  );
}
