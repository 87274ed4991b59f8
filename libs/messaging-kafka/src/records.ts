import type { BusRecord, Header, OutgoingRecord } from '@floe/messaging';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

/** kafkajs keeps headers as an object: headers of one name stand together, else their order stays. */
export function messageOf({ key, value, headers }: OutgoingRecord): Message {
  const byName = new Map<string, Buffer[]>();
  for (const [name, bytes] of headers) {
    byName.set(name, [...(byName.get(name) ?? []), bufferOf(bytes)]);
  }
  return {
    key: key && bufferOf(key),
    value: value && bufferOf(value),
    headers: Object.fromEntries(byName),
  };
}

export function recordOf(topic: string, partition: number, message: KafkaMessage): BusRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: headersOf(message.headers ?? {}),
  };
}

/** What a record takes on the wire, about. */
export function sizeOf({ key, value, headers }: OutgoingRecord): number {
  const overhead = 40;
  let bytes = overhead + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) bytes += header[0].length + header[1].length + 4;
  return bytes;
}

function headersOf(headers: IHeaders): Header[] {
  const entries = Object.entries(headers);
  // The entries of almost every record are its headers already.
  return entries.every(isHeader)
    ? entries
    : entries.flatMap(([name, value]) => repeated(name, value));
}

function isHeader(entry: readonly [string, IHeaders[string]]): entry is [string, Buffer] {
  return Buffer.isBuffer(entry[1]);
}

/** A header of a name that stands several times, or without a value, which is one of no bytes. */
function repeated(name: string, value: IHeaders[string]): Header[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((each) => [name, Buffer.from(each ?? '')]);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}
