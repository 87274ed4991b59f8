import { describe, expect, it } from 'vitest';

import { BuildEnded } from './build-ended.ts';
import { goldenFacts } from './golden-facts.ts';
import type { Identity } from './identity.ts';
import { storedFactOf, wholeOf } from './stored-fact.ts';

const WHOLE = { digest: `sha256:${'a'.repeat(64)}`, sizeBytes: 300_000 };

describe.each(goldenFacts)('$type.name in the store', ({ type, fact }) => {
  const whole = type.encode(fact);
  const instead = storedFactOf(whole, WHOLE) ?? Buffer.of();

  it('leaves where it is on its topic, and is not taken for whole', () => {
    expect(wholeOf(instead)).toEqual(WHOLE);
    expect(() => type.decode(instead)).toThrow('the whole fact is not in the store');
  });

  it('keeps its small fields for whoever reads the topic', () => {
    const { team, model, buildId } = fact as Identity;

    // Protobuf has texts as they are.
    const text = Buffer.from(instead).toString('latin1');
    expect([team, model, buildId].filter((part) => !text.includes(part))).toEqual([]);
  });

  it('is known to be whole when it is', () => {
    expect(wholeOf(whole)).toBeUndefined();
  });
});

describe('a large build that ended', () => {
  it('tells its outcome on the topic, and leaves out all of what is large', () => {
    const golden = goldenFacts.find(({ type }) => type.name === BuildEnded.name);
    const fact = golden?.fact as BuildEnded;
    const labels = Array.from({ length: 2_000 }, (_, n) => `label ${n}`);
    const inference = { verdict: 'none' as const, evidence: {}, classLabels: labels };
    const whole = BuildEnded.encode({ ...fact, inference });

    const text = Buffer.from(storedFactOf(whole, WHOLE) ?? []).toString('latin1');

    expect(text).toContain(fact.outcome);
    expect(Buffer.from(whole).toString('latin1')).toContain('label 7');
    expect(text).not.toContain('label');
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
