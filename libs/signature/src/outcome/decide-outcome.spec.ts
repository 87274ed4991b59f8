import { describe, expect, it } from 'vitest';

import type { Evidence, EvidenceStatus } from '../evidence.ts';
import { cells, type Field, pointerTo, sides, type Signature } from '../signature.ts';
import { verdictOf } from '../verdict.ts';
import { decideOutcome, type InferredSignature, type OutcomeQuestion } from './decide-outcome.ts';

const x: Field = { name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] };
const y: Field = { name: 'y', dtype: 'DT_INT64', shape: [-1] };
const open: Field = { name: null, dtype: null, shape: null };

describe('decideOutcome without a declaration', () => {
  it('goes on with what is proven, without a word', () => {
    const inference = inferred({});

    expect(decide({ inference })).toEqual({
      kind: 'goes-on',
      signature: inference.signature,
      verdict: 'exact',
      evidence: inference.evidence,
      warnings: [],
    });
  });

  it.each([
    ['example', 'comes from the example that the author traced with'],
    ['assumed', 'is assumed by convention'],
    ['unknown', 'is not known'],
  ] as const)('goes on with a warning for a cell that is %s', (status, words) => {
    const inference = inferred({ evidence: { '/inputs/0/dtype': status } });

    expect(decide({ inference })).toMatchObject({
      kind: 'goes-on',
      warnings: [
        {
          code: 'SIGNATURE_UNCERTAIN',
          message: `The dtype of inputs 'x' ${words}.`,
          pointer: '/inputs/0/dtype',
        },
      ],
    });
  });

  it.each(['derived', 'declared'] as const)('is silent about a cell that is %s', (status) => {
    const inference = inferred({ evidence: { '/outputs/0/shape': status } });

    expect(decide({ inference })).toMatchObject({ kind: 'goes-on', warnings: [] });
  });

  it.each(['none', 'weights-only'] as const)(
    'fails at %s, with a contract to fill in',
    (verdict) => {
      const inference = { signature: null, verdict, evidence: {} };

      const outcome = decide({ inference });

      expect(outcome).toMatchObject({ kind: 'fails', code: 'SIGNATURE_UNKNOWN' });
      expect(outcome).toHaveProperty('hint', expect.stringContaining('contract:\n  name: predict'));
    },
  );

  it.each(['none', 'weights-only'] as const)(
    'releases %s visibly when that is allowed',
    (verdict) => {
      const inference = { signature: null, verdict, evidence: {} };

      expect(decide({ inference, allowUnknownSignature: true })).toMatchObject({
        kind: 'goes-on',
        signature: null,
        verdict,
        warnings: [{ code: 'SIGNATURE_UNKNOWN' }],
      });
    },
  );

  it('fails with the reason why the files could not be read', () => {
    const inference = { code: 'MODEL_UNREADABLE', message: 'It is cut off.' };

    expect(decide({ inference })).toMatchObject({ kind: 'fails', ...inference });
  });
});

describe('decideOutcome with a declaration', () => {
  it('goes on with the declaration where the files tell nothing', () => {
    const inference = { signature: null, verdict: 'none', evidence: {} } as const;

    expect(decide({ declared: signature(x, y), inference })).toMatchObject({
      kind: 'goes-on',
      signature: signature(x, y),
      verdict: 'exact',
      evidence: { '/inputs/0/dtype': { status: 'declared', path: 'request' } },
      warnings: [],
    });
  });

  it('goes on with a warning where the files cannot be read', () => {
    const inference = { code: 'MODEL_UNREADABLE', message: 'It is cut off.' };

    expect(decide({ declared: signature(x, y), inference })).toMatchObject({
      kind: 'goes-on',
      warnings: [inference],
    });
  });

  it('keeps the proof of cells that the files confirm', () => {
    expect(decide({ declared: signature(x, y) })).toMatchObject({
      kind: 'goes-on',
      verdict: 'exact',
      evidence: { '/inputs/0/dtype': { status: 'proven', path: 'model.onnx' } },
      warnings: [],
    });
  });

  it('takes cells that the declaration leaves open from strong facts', () => {
    const outcome = decide({ declared: signature({ ...open, name: 'x' }, open) });

    expect(outcome).toMatchObject({
      kind: 'goes-on',
      signature: signature(x, y),
      verdict: 'exact',
      warnings: [],
    });
  });

  it('leaves cells open that only a weak fact would fill', () => {
    const inference = inferred({ evidence: { '/inputs/0/shape': 'example' } });

    expect(decide({ declared: signature({ ...x, shape: null }, y), inference })).toMatchObject({
      signature: { inputs: [{ shape: null }] },
      warnings: [{ code: 'SIGNATURE_UNCERTAIN', pointer: '/inputs/0/shape' }],
    });
  });

  it('fails where a strong fact says otherwise, with both sides and their names', () => {
    const declared = signature({ ...x, dtype: 'DT_DOUBLE' }, y);

    expect(decide({ declared })).toMatchObject({
      kind: 'fails',
      code: 'SIGNATURE_CONFLICT',
      message:
        "inputs 'x', dtype: the contract says DT_DOUBLE, the model has DT_FLOAT (cast it before the call)",
    });
  });

  it('turns a conflict into warnings that keep the reason', () => {
    const declared = signature({ ...x, dtype: 'DT_DOUBLE' }, y);

    expect(decide({ declared, signatureOverride: 'a proxy casts' })).toMatchObject({
      kind: 'goes-on',
      signature: declared,
      warnings: [
        {
          code: 'SIGNATURE_CONFLICT',
          message: expect.stringContaining('(overridden: a proxy casts)') as string,
          pointer: '/inputs/0/dtype',
        },
      ],
    });
  });
});

describe('the comparison of a declaration with a model', () => {
  const strong = 'proven';
  it.each<Comparison>([
    ['another family of dtypes', { dtype: 'DT_STRING' }, strong, 'fails'],
    ['another family, weak', { dtype: 'DT_STRING' }, 'assumed', 'SIGNATURE_DIFFERENCE'],
    ['a wider dtype, weak', { dtype: 'DT_DOUBLE' }, 'example', 'SIGNATURE_DIFFERENCE'],
    ['any dtype', { dtype: 'DT_ANY' }, strong, 'nothing'],
    ['the same extent', { shape: [-1, 4] }, strong, 'nothing'],
    ['another extent', { shape: [-1, 5] }, strong, 'fails'],
    ['another extent than traced', { shape: [-1, 5] }, 'example', 'SIGNATURE_DIFFERENCE'],
    ['another extent than assumed', { shape: [-1, 5] }, 'assumed', 'SIGNATURE_NOTE'],
    ['a free extent where the model has one', { shape: [-1, -1] }, strong, 'SIGNATURE_DIFFERENCE'],
    ['a free extent where the example has one', { shape: [-1, -1] }, 'example', 'nothing'],
    ['a narrower batch', { shape: [8, 4] }, strong, 'nothing'],
    ['a batch left out', { shape: [4] }, strong, 'SIGNATURE_DIFFERENCE'],
    ['another rank', { shape: [-1, 4, 1] }, strong, 'fails'],
    ['another rank, weak', { shape: [-1, 4, 1] }, 'example', 'SIGNATURE_DIFFERENCE'],
    ['another name for the only input', { name: 'features' }, strong, 'SIGNATURE_DIFFERENCE'],
  ])('says of %s what the table says', (_, change, status, expected) => {
    const inference = inferred({
      evidence: {
        '/inputs/0/name': 'proven',
        '/inputs/0/dtype': status,
        '/inputs/0/shape': status,
      },
    });

    const outcome = decide({ declared: signature({ ...x, ...change }, y), inference });

    expect(levelOf(outcome)).toBe(expected);
  });

  it.each([
    ['a required input', { inputs: [x, { ...x, name: 'z' }] }, 'fails'],
    [
      'an optional input',
      { inputs: [x, { ...x, name: 'z', optional: true as const }] },
      'SIGNATURE_NOTE',
    ],
    ['an output', { outputs: [y, { ...y, name: 'z' }] }, 'SIGNATURE_NOTE'],
  ])('says of %s that is not declared what the table says', (_, more, expected) => {
    const inference = inferred({ signature: { ...signature(x, y), ...more } });

    expect(levelOf(decide({ declared: signature(x, y), inference }))).toBe(expected);
  });

  it.each(sides)('fails at one of the %s that the model does not have', (side) => {
    const declared = { ...signature(x, y) };
    const more = { ...declared, [side]: [...declared[side], { ...x, name: 'more', shape: [7] }] };

    expect(levelOf(decide({ declared: more }))).toBe('fails');
  });

  it.each(['input_1', 'args_0', 'output_0', 'keras_tensor_4'])(
    'accepts another name where an exporter named it %s',
    (name) => {
      const inference = inferred({ signature: signature({ ...x, name }, y) });

      expect(levelOf(decide({ declared: signature(x, y), inference }))).toBe('nothing');
    },
  );

  it('matches renamed inputs by their dtype and never mixes them up', () => {
    const text: Field = { name: 'text', dtype: 'DT_STRING', shape: [-1] };
    const inference = inferred({ signature: { ...signature(x, y), inputs: [text, x] } });
    const declared = {
      ...signature(x, y),
      inputs: [
        { ...x, name: 'features' },
        { ...text, name: 'review' },
      ],
    };

    expect(decide({ declared, inference })).toMatchObject({
      kind: 'goes-on',
      warnings: [
        { message: expect.stringContaining("calls it 'x'") as string, pointer: '/inputs/0/name' },
        {
          message: expect.stringContaining("calls it 'text'") as string,
          pointer: '/inputs/1/name',
        },
      ],
    });
  });

  it('never takes two inputs for one another that fit nowhere', () => {
    const inputs: Field[] = [x, { ...x, name: 'z', shape: [-1, 5] }];
    const inference = inferred({ signature: { ...signature(x, y), inputs } });
    const other: Field = { name: 'a', dtype: 'DT_STRING', shape: [-1, 9] };
    const declared = { ...signature(x, y), inputs: [other, { ...other, name: 'b' }] };

    expect(decide({ declared, inference })).toMatchObject({
      kind: 'fails',
      message: [
        "inputs: the contract has no 'x', which the model has",
        "inputs: the contract has no 'z', which the model has",
        "inputs: the model has no 'a'",
        "inputs: the model has no 'b'",
      ].join('; '),
    });
  });

  it('fills a free extent from the model', () => {
    const outcome = decide({ declared: signature({ ...x, shape: [-1, -1] }, y) });

    expect(outcome).toMatchObject({ signature: { inputs: [{ shape: [-1, 4] }] } });
  });

  it('knows columns that the declaration packs into one tensor', () => {
    const inference = inferred({
      signature: { ...signature(x, y), inputs: ['a', 'b', 'c', 'd'].map(column) },
    });

    expect(levelOf(decide({ declared: signature(x, y), inference }))).toBe('SIGNATURE_NOTE');
  });

  it('refuses a tensor where the model gives a structure', () => {
    const probabilities: Field = { name: 'y', dtype: null, shape: null };
    const inference = inferred({ signature: signature(x, probabilities) });

    expect(levelOf(decide({ declared: signature(x, y), inference }))).toBe('fails');
    const map = signature(x, { name: 'y', dtype: 'DT_MAP', shape: null });
    expect(levelOf(decide({ declared: map, inference }))).toBe('SIGNATURE_NOTE');
  });
});

function column(name: string): Field {
  return { name, dtype: 'DT_FLOAT', shape: [-1, 1] };
}

type Comparison = readonly [string, Partial<Field>, EvidenceStatus, string];

function decide(question: {
  declared?: Signature;
  inference?: OutcomeQuestion['inference'];
  allowUnknownSignature?: boolean;
  signatureOverride?: string;
}): ReturnType<typeof decideOutcome> {
  const { declared, inference = inferred({}) } = question;
  return decideOutcome({
    declared: declared && { path: 'request', signature: declared },
    inference,
    allowUnknownSignature: question.allowUnknownSignature ?? false,
    signatureOverride: question.signatureOverride,
  });
}

/** `fails`, the code of the first warning that is not about a weak cell, or `nothing`. */
function levelOf(outcome: ReturnType<typeof decideOutcome>): string {
  if (outcome.kind === 'fails') return outcome.kind;
  return outcome.warnings.find(({ code }) => code !== 'SIGNATURE_UNCERTAIN')?.code ?? 'nothing';
}

function signature(input: Field, output: Field): Signature {
  return { name: 'predict', inputs: [input], outputs: [output] };
}

/** A model of which everything is proven but what `evidence` says otherwise. */
function inferred(given: {
  signature?: Signature;
  evidence?: Readonly<Record<string, EvidenceStatus>>;
}): InferredSignature {
  const inferredSignature = given.signature ?? signature(x, y);
  const evidence: Evidence = Object.fromEntries(
    sides.flatMap((side) =>
      inferredSignature[side].flatMap((_, index) =>
        cells.map((cell) => {
          const pointer = pointerTo(side, index, cell);
          const status = given.evidence?.[pointer] ?? 'proven';
          return [pointer, { status, path: 'model.onnx', locator: pointer, reader: 'onnx' }];
        }),
      ),
    ),
  );
  return {
    signature: inferredSignature,
    verdict: verdictOf(inferredSignature, evidence),
    evidence,
  };
}
