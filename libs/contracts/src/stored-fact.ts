import { floe } from '@floe/proto';
import { z } from 'zod';

import { digest, identity, sizeBytes } from './identity.ts';

const Wire = floe.types.v1.StoredFact;

const schema = z.object({ ...identity, whole: z.object({ digest, sizeBytes }).optional() });

/** Where a fact is whole that does not stand on its topic so. */
export interface Whole {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** What stands on a topic in the place of a fact; `undefined` when the bytes are none. Source: stored_fact.proto. */
export function storedFactOf(fact: Uint8Array, whole: Whole): Uint8Array | undefined {
  const read = readStoredFact(fact);
  return read && Wire.encode({ ...read, whole }).finish();
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
