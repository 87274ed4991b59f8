import type { Header } from './bus.ts';

const COUNT_BYTES = 4;

/** Headers as one column: for each, its name and its value, both after their length (32 bits, big endian). */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  let size = 0;
  for (const [name, value] of headers)
    size += 2 * COUNT_BYTES + Buffer.byteLength(name) + value.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [name, value] of headers) {
    const nameAt = at + COUNT_BYTES;
    at = nameAt + bytes.write(name, nameAt);
    bytes.writeUInt32BE(at - nameAt, nameAt - COUNT_BYTES);
    bytes.writeUInt32BE(value.length, at);
    bytes.set(value, at + COUNT_BYTES);
    at += COUNT_BYTES + value.length;
  }
  return bytes;
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
