import { partitionOf } from '@floe/messaging';

import type { Member } from './members.ts';
import type { Place } from './place.ts';

/**
 * The partitions that a member is to read: every member computes the same sharing from the same members.
 * Each topic begins with another member, so that topics of few partitions do not all fall to the first.
 */
export function shareOf(
  member: Member,
  members: readonly Member[],
  partitions: ReadonlyMap<string, number>,
): Place[] {
  return member.topics.flatMap((topic) => {
    const readers = members.filter(
      ({ group, topics }) => group === member.group && topics.includes(topic),
    );
    const first = partitionOf(Buffer.from(topic), readers.length);
    return Array.from({ length: partitions.get(topic) ?? 0 }, (_, partition) => ({
      topic,
      partition,
    })).filter(({ partition }) => readers[(first + partition) % readers.length]?.id === member.id);
  });
}
