import type { BuildSpec } from '@floe/contracts';
import type { Inspection } from '@floe/formats';
import { describe, expect, it } from 'vitest';

import { judge, type Reading } from './judgement.ts';

const spec: BuildSpec = {
  needsAllFiles: false,
  metadata: {},
  aliases: [],
  allowUnknownSignature: false,
};
const proven = { status: 'proven', path: 'm.onnx', locator: 'graph', reader: 'onnx' } as const;
const signature: NonNullable<Inspection['signature']> = {
  name: 'predict',
  inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] }],
  outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [-1] }],
};
const evidence = Object.fromEntries(
  ['inputs', 'outputs'].flatMap((side) =>
    ['name', 'dtype', 'shape'].map((cell) => [`/${side}/0/${cell}`, proven]),
  ),
);
const known: Inspection = {
  framework: 'onnx',
  artifact: 'onnx',
  signature,
  verdict: 'exact',
  evidence,
  safety: { findings: [] },
  warnings: [],
};
const unknown: Inspection = {
  ...known,
  framework: 'unknown',
  artifact: 'unknown',
  signature: null,
  verdict: 'none',
  evidence: {},
};

describe('judge', () => {
  it('lets a model go on whose files tell its signature', () => {
    expect(judge({ spec }, read(known))).toEqual({
      kind: 'inferred',
      inference: {
        framework: 'onnx',
        artifact: 'onnx',
        verdict: 'exact',
        signature,
        evidence,
        classLabels: [],
      },
      warnings: [],
    });
  });

  it('rejects a model of which nothing is known, with a contract to fill in', () => {
    const judgement = judge({ spec }, read(unknown));

    expect(judgement).toMatchObject({ kind: 'rejected', code: 'SIGNATURE_UNKNOWN' });
    expect(judgement).toHaveProperty('hint', expect.stringContaining('contract:'));
  });

  it('lets it go on where that is allowed, visibly', () => {
    const allowed = { ...spec, allowUnknownSignature: true };

    expect(judge({ spec: allowed }, read(unknown))).toMatchObject({
      kind: 'inferred',
      inference: { verdict: 'none' },
      warnings: [{ code: 'SIGNATURE_UNKNOWN' }],
    });
  });

  it('takes the contract of the request before one among the files', () => {
    const contract = { ...signature, name: 'asked' };
    const declared = { path: 'serving.yaml', signature: { ...signature, name: 'found' } };

    const judgement = judge({ spec: { ...spec, contract } }, read({ ...unknown, declared }));

    expect(judgement).toMatchObject({
      kind: 'inferred',
      inference: {
        signature: { name: 'asked' },
        evidence: { '/inputs/0/dtype': { status: 'declared', path: 'request' } },
      },
    });
  });

  it('rejects a contract that contradicts a proven fact', () => {
    const [input] = signature.inputs;
    const contract = {
      ...signature,
      inputs: input === undefined ? [] : [{ ...input, dtype: 'DT_STRING' }],
    };

    expect(judge({ spec: { ...spec, contract } }, read(known))).toMatchObject({
      kind: 'rejected',
      code: 'SIGNATURE_CONFLICT',
      inference: { signature },
    });
  });

  it('rejects what cannot be read', () => {
    const reading: Reading = { kind: 'unreadable', message: 'm.onnx ends early.' };

    expect(judge({ spec }, reading)).toMatchObject({
      kind: 'rejected',
      code: 'MODEL_UNREADABLE',
      message: 'm.onnx ends early.',
    });
  });

  it('rejects what does harm when it is loaded, whatever is declared', () => {
    const finding = { code: 'EXEC', severity: 'unsafe', message: 'runs code', path: 'm' } as const;
    const inspection = { ...known, safety: { findings: [finding] } };

    expect(judge({ spec: { ...spec, contract: signature } }, read(inspection))).toMatchObject({
      kind: 'rejected',
      code: 'MODEL_UNSAFE',
      message: 'm: runs code',
    });
  });
});

function read(inspection: Inspection): Reading {
  return { kind: 'read', inspection };
}
