import { describe, expect, it } from 'vitest';

import { InvalidContract } from './invalid-contract.ts';
import { parseContract } from './parse-contract.ts';

const y = { name: 'y', dtype: 'float32', shape: [-1, 2] };

describe('parseContract', () => {
  it('knows every spelling of a dtype and leaves open what is not said', () => {
    const spellings = ['DT_FLOAT', 'FP32', 'TYPE_FP32', 'torch.float32', 'Single', 'float32'];
    const inputs = spellings.map((dtype, index) => ({ name: `x${index}`, dtype, profile: 'text' }));

    const contract = parseContract({ inputs: [...inputs, { name: 'open' }], outputs: [y] });

    expect(contract.name).toBe('predict');
    expect(new Set(contract.inputs.map(({ dtype }) => dtype))).toEqual(new Set(['DT_FLOAT', null]));
    expect(contract.inputs[0]).toEqual({
      name: 'x0',
      dtype: 'DT_FLOAT',
      shape: null,
      profile: 'TEXT',
    });
    expect(contract.inputs.at(-1)).toEqual({ name: 'open', dtype: null, shape: null });
  });

  it('takes its own answer again', () => {
    const contract = parseContract({
      name: 'infer',
      inputs: [{ name: 'm', dtype: 'DT_MAP', fields: [{ name: 'a', optional: true }] }],
      outputs: [y],
    });

    expect(parseContract(contract)).toEqual(contract);
  });

  it.each([
    ['/inputs/0/dtype', { inputs: [{ name: 'x', dtype: 'flot' }], outputs: [y] }],
    ['/inputs/0/dtype', { inputs: [{ name: 'x', dtype: 'float' }], outputs: [y] }],
    ['/inputs/0/dtype', { inputs: [{ name: 'x', dtype: '__proto__' }], outputs: [y] }],
    ['/inputs/0/profile', { inputs: [{ name: 'x', profile: 'constructor' }], outputs: [y] }],
    ['/inputs/0/shape/1', { inputs: [{ name: 'x', shape: [1, -2] }], outputs: [y] }],
    ['/inputs/0/shape/0', { inputs: [{ name: 'x', shape: [1.5] }], outputs: [y] }],
    ['/inputs/1/name', { inputs: [{ name: 'x' }, { name: 'x' }], outputs: [y] }],
    ['/inputs', { inputs: [], outputs: [y] }],
    ['/outputs', { inputs: [y] }],
    ['/name', { name: ' ', inputs: [y], outputs: [y] }],
    ['/inputs/0/type', { inputs: [{ name: 'x', type: 'int8' }], outputs: [y] }],
    ['/a~1b', { 'a/b': 1, inputs: [y], outputs: [y] }],
  ])('points at %s', (pointer, value) => {
    expect(faultsOf(value)).toContain(pointer);
  });

  it('tells all faults at once', () => {
    expect(faultsOf({ typo: 1, inputs: [{ name: 'x', dtype: 'flot' }] })).toEqual(
      expect.arrayContaining(['/typo', '/inputs/0/dtype', '/outputs']),
    );
  });
});

function faultsOf(value: unknown): (string | undefined)[] {
  try {
    parseContract(value);
  } catch (error) {
    if (error instanceof InvalidContract) return error.faults.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}
