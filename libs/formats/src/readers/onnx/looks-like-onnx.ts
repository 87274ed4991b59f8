import { readVarint, signedOf, unsignedOf } from '../../wire/varint.ts';
import { tagOf } from '../../wire/wire-message.ts';

/** Fields of ModelProto and their wire types. */
const known = new Map<number, string>([
  [1, 'varint'],
  [2, 'bytes'],
  [3, 'bytes'],
  [4, 'bytes'],
  [5, 'varint'],
  [6, 'bytes'],
  [7, 'bytes'],
  [8, 'bytes'],
  [14, 'bytes'],
  [20, 'bytes'],
  [25, 'bytes'],
  [26, 'bytes'],
]);

const newestKnownVersion = 100;

/** Whether the first bytes of a file are those of a ModelProto: an IR version and then a graph. */
export function looksLikeOnnx(head: Uint8Array, sizeBytes: number): boolean {
  let versioned = false;
  try {
    for (let at = 0; at < head.length;) {
      const tag = readVarint(head, at);
      const { number, type } = tagOf(tag);
      if (known.get(number) !== type) return false;
      at += tag.length;
      const value = readVarint(head, at);
      at += value.length;
      if (number === 1) {
        versioned = signedOf(value) > 0 && signedOf(value) <= newestKnownVersion;
        if (!versioned) return false;
      }
      if (type === 'bytes') at += unsignedOf(value);
      if (number === 7) return versioned && at <= sizeBytes;
      if (at > sizeBytes) return false;
    }
  } catch {
    return false;
  }
  return false;
}
