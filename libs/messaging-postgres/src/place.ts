/** A partition of a topic. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** The end of a partition's log. */
export interface Head extends Place {
  readonly lastOffset: bigint;
}

/** A name of the partition, for maps and locks. */
export function nameOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
