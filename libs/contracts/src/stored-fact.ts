import { floe } from '@floe/proto';
import { Reader } from 'protobufjs/minimal.js';
import { z } from 'zod';

import { digest, identity, sizeBytes } from './identity.ts';

const Wire = floe.types.v1.StoredFact;

const schema = z.object({ ...identity, whole: z.object({ digest, sizeBytes }).optional() });

/** Where a fact is whole that does not stand on its topic so. */
export interface Whole {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** A field that is larger, over all that a list holds of it, is left out: never a part of it. */
const MOST_FIELD_BYTES = 8 * 1_024;

/**
 * What stands on a topic in the place of a fact: the same message without its large fields, and where it is whole.
 * Gives `undefined` when the bytes are no fact. Source: stored_fact.proto.
 */
export function storedFactOf(fact: Uint8Array, whole: Whole): Uint8Array | undefined {
  if (readStoredFact(fact) === undefined) return undefined;
  const fields = Map.groupBy(fieldsOf(fact), ({ number }) => number).values();
  const small = [...fields].filter((some) => sizeOf(some) <= MOST_FIELD_BYTES).flat();
  return Buffer.concat([...small.map(({ bytes }) => bytes), Wire.encode({ whole }).finish()]);
}

interface WireField {
  readonly number: number;
  /** With its tag. */
  readonly bytes: Uint8Array;
}

function* fieldsOf(message: Uint8Array): Generator<WireField, void, undefined> {
  const reader = Reader.create(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    yield { number: tag >>> 3, bytes: message.subarray(start, reader.pos) };
  }
}

function sizeOf(fields: readonly WireField[]): number {
  return fields.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Where the fact is whole; `undefined` when it is here, or when the bytes are none. */
export function wholeOf(fact: Uint8Array): Whole | undefined {
  return readStoredFact(fact)?.whole;
}

/** The fields of every fact have the same numbers in each of them. */
function readStoredFact(fact: Uint8Array): z.output<typeof schema> | undefined {
  try {
    return schema.parse(Wire.toObject(Wire.decode(fact), { longs: Number }));
  } catch {
    return undefined;
  }
}
