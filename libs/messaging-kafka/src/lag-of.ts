import type { PartitionLag } from '@floe/messaging';
import type { Admin } from 'kafkajs';

/** @param topics what the group reads; without any, what it has ever committed */
export async function lagOf(
  admin: Admin,
  group: string,
  topics: string[],
): Promise<PartitionLag[]> {
  const committed = await admin.fetchOffsets({
    groupId: group,
    ...(topics.length > 0 && { topics }),
  });
  const lags = await Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const ends = new Map(
        (await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, end] as const),
      );
      return partitions.map(({ partition, offset }) => {
        const { high, low } = ends.get(partition) ?? { high: '0', low: '0' };
        // Without a commit, or behind what is kept, the group goes on at the first record.
        const next = BigInt(offset) < BigInt(low) ? BigInt(low) : BigInt(offset);
        return { topic, partition, records: BigInt(high) - next };
      });
    }),
  );
  return lags.flat();
}
