import type { Header } from '@floe/messaging';

const COUNT_BYTES = 4;

/** Headers as one column: for each, its name and its value, both after their length (32 bits, big endian). */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  return Buffer.concat(
    headers.flatMap(([name, value]) => {
      const bytes = Buffer.from(name);
      return [lengthOf(bytes), bytes, lengthOf(value), value];
    }),
  );
}

/** @param bytes what `encodeHeaders` gave */
export function decodeHeaders(bytes: Buffer): Header[] {
  const headers: Header[] = [];
  let at = 0;
  const next = (): Buffer => {
    const start = at + COUNT_BYTES;
    at = start + bytes.readUInt32BE(at);
    return bytes.subarray(start, at);
  };
  while (at < bytes.length) headers.push([next().toString(), next()]);
  return headers;
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(COUNT_BYTES);
  length.writeUInt32BE(bytes.length);
  return length;
}
