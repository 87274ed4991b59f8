/** More records than a batch of one MiB can hold when each has at least seven bytes. */
const RECORDS = 150_000;
/** What the header of each record is called. */
export const UNREADABLE = 'unreadable';

const NULL_BYTES = 0x01;
const ONE_HEADER = 0x02;

/**
 * What stands for the records of a batch that cannot be decompressed: as many as a batch may have, each without key
 * and value, at its own offset, with the reason as a header. The reader takes as many as the batch says it has.
 * Record format: https://kafka.apache.org/documentation/#record
 */
export function unreadableBatch(reason: string): Buffer {
  const name = Buffer.from(UNREADABLE);
  const text = Buffer.from(reason);
  const header = Buffer.concat([
    Buffer.of(NULL_BYTES, NULL_BYTES, ONE_HEADER),
    Buffer.from(varint(name.length)),
    name,
    Buffer.from(varint(text.length)),
    text,
  ]);
  return Buffer.concat(
    Array.from({ length: RECORDS }, (_, offset) => {
      const place = Buffer.from([0, 0, ...varint(offset)]);
      return [Buffer.from(varint(place.length + header.length)), place, header];
    }).flat(),
  );
}

/** Zigzag and base 128, as protobuf's sint32. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}
