import type { Admin } from 'kafkajs';

/** What retention has left of the topics, by their offsets. */
export async function keptIn(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const existing = new Set(await admin.listTopics());
  const counts = topics.map(async (topic) => {
    const ends = existing.has(topic) ? await admin.fetchTopicOffsets(topic) : [];
    const records = ends.reduce((sum, { high, low }) => sum + BigInt(high) - BigInt(low), 0n);
    return [topic, records] as const;
  });
  return new Map(await Promise.all(counts));
}
