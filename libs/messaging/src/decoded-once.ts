import type { FactType } from './fact-type.ts';

interface Decoded {
  readonly type: FactType<unknown>;
  readonly fact: unknown;
}

const decoded = new WeakMap<Uint8Array, Decoded>();

/**
 * Facts are never changed: groups of this process that are handed the same bytes share one. Throws on bytes that are
 * not the fact, each time.
 */
export function decodedOnce<Fact>(type: FactType<Fact>, value: Uint8Array): Fact {
  const known = decoded.get(value);
  if (known?.type === type) return known.fact as Fact;
  const fact = type.decode(value);
  decoded.set(value, { type, fact });
  return fact;
}
