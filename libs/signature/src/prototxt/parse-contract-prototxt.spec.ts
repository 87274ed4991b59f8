import { describe, expect, it } from 'vitest';

import { parseContractPrototxt } from './parse-contract-prototxt.ts';

describe('parseContractPrototxt', () => {
  it('reads a signature of Hydrosphere 3.x with comments, lists and both kinds of braces', () => {
    const signature = parseContractPrototxt(`
      # what the scorer takes
      signature_name: "pre" 'dict'
      inputs { name: "x" shape { dims: -1, dims: 112 } dtype: DT_DOUBLE profile: NUMERICAL }
      inputs: < name: 'caf\\303\\251'; shape {} dtype: DT_STRING >
      inputs { name: "open" }
      outputs [{ name: "y" shape { dims: [-1, 2] } dtype: DT_INT64 }]
    `);

    expect(signature).toEqual({
      name: 'predict',
      inputs: [
        { name: 'x', dtype: 'DT_DOUBLE', shape: [-1, 112], profile: 'NUMERICAL' },
        { name: 'café', dtype: 'DT_STRING', shape: [] },
        { name: 'open', dtype: null, shape: null },
      ],
      outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [-1, 2] }],
    });
  });

  it('reads a contract of Hydrosphere 2.x', () => {
    const signature = parseContractPrototxt(`
      model_name: "adult"
      predict {
        signature_name: "predict"
        inputs { name: "a" shape { dim { size: -1 } dim { size: 28 name: "w" } } dtype: DT_UINT8 }
        inputs { name: "b" shape { unknown_rank: true } dtype: DT_FLOAT }
        outputs { name: "y" dtype: DT_STRING }
      }
    `);

    expect(signature.inputs.map(({ shape }) => shape)).toEqual([[-1, 28], null]);
  });

  it('reads the entries of a map', () => {
    const signature = parseContractPrototxt(`
      signature_name: "s"
      inputs { name: "m" subfields { data { name: "a" dtype: DT_FLOAT } } }
      outputs { name: "y" dtype: DT_INVALID }
    `);

    expect(signature.inputs[0]).toMatchObject({ dtype: 'DT_MAP', fields: [{ name: 'a' }] });
    expect(signature.outputs[0]?.dtype).toBeNull();
  });

  it.each([
    ['an open brace', 'signature_name: "s"\ninputs {', "line 2): '}' is missing"],
    [
      'a brace too many',
      'signature_name: "s"\n}',
      "line 2): expected the name of a field, not '}'",
    ],
    ['an unknown field', 'signature_name: "s"\nshapes { }', "line 2): 'shapes' is no field here"],
    [
      'a word for an extent',
      'inputs { shape { dims: x } }',
      "line 1): 'dims' takes a whole number",
    ],
    ['a text without end', 'signature_name: "s', 'line 1): unexpected "\\""'],
    ['an unknown dtype', text('dtype: DT_FLOT'), "/inputs/0/dtype): 'DT_FLOT' is no dtype"],
    ['no outputs', 'signature_name: "s" inputs { name: "x" }', '/outputs'],
    ['nesting without end', 'a {'.repeat(100_000), 'nested too deep'],
  ])('names the place of %s', (_, source, message) => {
    expect(() => parseContractPrototxt(source)).toThrow(message);
  });
});

function text(dtype: string): string {
  return `signature_name: "s" inputs { name: "x" ${dtype} } outputs { name: "y" dtype: DT_FLOAT }`;
}
