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
  return headers.reduce(
    (sum, [name, bytes]) => sum + name.length + bytes.length + 4,
    overhead + (key?.length ?? 0) + (value?.length ?? 0),
  );
}

function headersOf(headers: IHeaders): Header[] {
  const all: Header[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (Array.isArray(value)) for (const each of value) all.push([name, bytesOf(each)]);
    else all.push([name, bytesOf(value)]);
  }
  return all;
}

/** A header without a value is one of no bytes. */
function bytesOf(value: Buffer | string | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value ?? '');
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}
