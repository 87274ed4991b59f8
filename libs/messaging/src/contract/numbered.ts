import { randomUUID } from 'node:crypto';

import type { OutgoingRecord } from '../bus.ts';

export function newTopic(): string {
  return `contract.${randomUUID().slice(0, 8)}.v1`;
}

/** A record whose value tells its key and its number: `"Ada 7"`. */
export function numbered(topic: string, key: string, number: number): OutgoingRecord {
  return { topic, key: Buffer.from(key), value: Buffer.from(`${key} ${number}`), headers: [] };
}

/** `count` numbered records of one key. */
export function numbers(topic: string, key: string, count: number, from = 0): OutgoingRecord[] {
  return Array.from({ length: count }, (_, nth) => numbered(topic, key, from + nth));
}

/** `count` numbered records for each of some keys, the keys taking turns. */
export function series(
  topic: string,
  count: number,
  { keys = 10, from = 0 } = {},
): OutgoingRecord[] {
  return Array.from({ length: count * keys }, (_, at) =>
    numbered(topic, `key${at % keys}`, from + Math.floor(at / keys)),
  );
}

export function valuesOf(records: readonly OutgoingRecord[]): string[] {
  return records.map(({ value }) => String(value));
}

/** Values that came for the first time although a later one of their key had come before. */
export function outOfOrder(values: readonly string[]): string[] {
  const highest = new Map<string, number>();
  const seen = new Set<string>();
  return values.filter((value) => {
    if (seen.has(value)) return false;
    seen.add(value);
    const [key = '', number] = value.split(' ');
    const before = highest.get(key) ?? -1;
    highest.set(key, Math.max(before, Number(number)));
    return Number(number) < before;
  });
}
