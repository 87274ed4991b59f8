import { describe, expect, it } from 'vitest';

import { goldenFacts } from './golden-facts.ts';
import { storedFactOf, wholeOf } from './stored-fact.ts';

const WHOLE = { digest: `sha256:${'a'.repeat(64)}`, sizeBytes: 300_000 };

describe.each(goldenFacts)('$type.name in the store', ({ type, fact }) => {
  const whole = type.encode(fact);
  const instead = storedFactOf(whole, WHOLE) ?? Buffer.of();

  it('leaves where it is on its topic, and is not taken for whole', () => {
    expect(wholeOf(instead)).toEqual(WHOLE);
    expect(() => type.decode(instead)).toThrow('the whole fact is not in the store');
  });

  it('is known to be whole when it is', () => {
    expect(wholeOf(whole)).toBeUndefined();
  });
});

describe('what is no fact', () => {
  it.each([Buffer.alloc(0), Buffer.alloc(300_000), Buffer.from('no protobuf')])(
    'is not put elsewhere',
    (noise) => {
      expect(storedFactOf(noise, WHOLE)).toBeUndefined();
      expect(wholeOf(noise)).toBeUndefined();
    },
  );
});
