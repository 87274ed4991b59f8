import { ModelUnreadable } from '../frame/errors.ts';

/** A 64-bit number of the protobuf wire, in halves of 32 bits. */
export interface Varint {
  readonly low: number;
  readonly high: number;
  /** Bytes that it takes. */
  readonly length: number;
}

/** Reads at most 10 bytes, as the protobuf encoding has it. */
export function readVarint(bytes: Uint8Array, at: number): Varint {
  let low = 0;
  let high = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new ModelUnreadable('A protobuf message ends inside a number.');
    const bits = byte & 0x7f;
    if (index < 4) low |= bits << (7 * index);
    else if (index === 4) {
      low |= bits << 28;
      high |= bits >>> 4;
    } else high |= bits << (7 * index - 32);
    if (byte < 0x80) return { low: low >>> 0, high: high >>> 0, length: index + 1 };
  }
  throw new ModelUnreadable('A protobuf number has more than 10 bytes.');
}

/** As `int64`; not exact beyond 2^53. */
export function signedOf({ low, high }: Varint): number {
  return (high | 0) * 2 ** 32 + low;
}

/** As `uint64`; not exact beyond 2^53. */
export function unsignedOf({ low, high }: Varint): number {
  return high * 2 ** 32 + low;
}

/** As `int64`. */
export function exactOf({ low, high }: Varint): bigint {
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
}
