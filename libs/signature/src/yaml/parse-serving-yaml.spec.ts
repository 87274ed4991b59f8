import { describe, expect, it } from 'vitest';

import { contractYamlOf } from './contract-yaml-of.ts';
import { parseServingYaml } from './parse-serving-yaml.ts';

describe('parseServingYaml', () => {
  it('reads a model of Hydrosphere 3.x', () => {
    const [model] = parseServingYaml(`
kind: Model
name: adult
runtime: hydrosphere/serving-runtime-python-3.7:3.0.3
install-command: pip install -r requirements.txt
training-data: s3://bucket/train.csv
payload:
  - src/
  - ./model.joblib
contract:
  name: infer
  inputs:
    x: { shape: [-1, 112], type: double, profile: numerical }
    comment: { shape: scalar, type: string, profile: text }
  outputs:
    y: { shape: [-1], type: int64, profile: none }
metadata:
  experiment: 123
  my_key: true
monitoring-configuration: { batch-size: 10 }
`);

    expect(model).toEqual({
      line: 2,
      name: 'adult',
      runtime: 'hydrosphere/serving-runtime-python-3.7:3.0.3',
      installCommand: 'pip install -r requirements.txt',
      trainingData: 's3://bucket/train.csv',
      payload: ['src/', './model.joblib'],
      contract: {
        name: 'infer',
        inputs: [
          { name: 'x', dtype: 'DT_DOUBLE', shape: [-1, 112], profile: 'NUMERICAL' },
          { name: 'comment', dtype: 'DT_STRING', shape: [], profile: 'TEXT' },
        ],
        outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [-1], profile: 'NONE' }],
      },
      metadata: { experiment: '123', my_key: 'true' },
      ignored: ['monitoring-configuration'],
    });
  });

  it('reads the spellings of Hydrosphere 2.x: snake_case, open shapes, maps', () => {
    const [model] = parseServingYaml(`
kind: Model
name: census/adult
install_command: pip install x
contract:
  inputs:
    open: { type: int32 }
    map: { fields: { a: { type: string } } }
  outputs:
    nothing:
`);

    expect(model).toMatchObject({
      team: 'census',
      name: 'adult',
      installCommand: 'pip install x',
      contract: {
        name: 'predict',
        inputs: [
          { name: 'open', dtype: 'DT_INT32', shape: null },
          { name: 'map', dtype: 'DT_MAP', fields: [{ name: 'a', dtype: 'DT_STRING' }] },
        ],
        outputs: [{ name: 'nothing', dtype: null, shape: null }],
      },
    });
  });

  it('reads several models and what Floe adds', () => {
    const models = parseServingYaml(`
kind: Model
name: a
aliases: [production]
allow-unknown-signature: true
---
kind: Model
team: demo
name: b
payload: model.onnx
signature-override: "checked by hand"
needs-all-files: false
`);

    expect(models).toEqual([
      { line: 2, name: 'a', aliases: ['production'], allowUnknownSignature: true, ignored: [] },
      {
        line: 7,
        team: 'demo',
        name: 'b',
        payload: ['model.onnx'],
        signatureOverride: 'checked by hand',
        needsAllFiles: false,
        ignored: [],
      },
    ]);
  });

  it.each([
    ['kind: Application', "line 1): 'kind' is not supported: only Model is"],
    ['name: a', "line 1): 'kind' is missing: write kind: Model"],
    ['- a', "line 1): 'the document' is no mapping"],
    ['kind: Model\nrutime: a:1', "line 2): 'rutime' is no key here"],
    ['kind: Model\npayload: { a: b }', "line 2): 'payload' is a list"],
    ['kind: Model\nname: [a]', "line 2): 'name' is a text"],
    ['kind: Model\nteam: a\nname: b/c', "line 2): 'team' is 'a', but the name says 'b'"],
    ['kind: Model\nname: a\nname: b', 'Map keys must be unique'],
    ['kind: Model\nname: "a', 'line 2'],
    ['', 'it has no document of kind Model'],
    [
      field('{ type: float }'),
      "line 4): 'contract.inputs.x.type' says 'float' is 32 bits to some and 64 to others",
    ],
    [field('{ shape: [-2] }'), "line 4): 'contract.inputs.x.shape' is a list of sizes"],
    [field('{ shape: big }'), "line 4): 'contract.inputs.x.shape' is a list of sizes"],
    [
      field('{ profile: fruit }'),
      "line 4): 'contract.inputs.x.profile' says 'fruit' is no profile",
    ],
    [field('{ dtype: int8 }'), "line 4): 'contract.inputs.x.dtype' is no key here"],
    ['kind: Model\ncontract:\n  inputs: { x: {} }', "line 3): 'contract.outputs' is missing"],
  ])('names line and key of what is wrong in %j', (text, message) => {
    expect(() => parseServingYaml(text)).toThrow(message);
  });

  it('tells all faults at once', () => {
    expect(() => parseServingYaml('kind: Model\nrutime: a\ncontract: {}')).toThrow(
      /rutime[^]*inputs[^]*outputs/,
    );
  });

  it.each([
    ['brackets', '['],
    ['dashes', '- '],
    ['braces', '{a: '],
  ])('refuses %s nested without end', (_, opening) => {
    expect(() => parseServingYaml(`kind: Model\nname: ${opening.repeat(20_000)}`)).toThrow(
      'serving.yaml',
    );
  });

  it('refuses a text that its aliases make long', () => {
    const levels = Array.from({ length: 20 }, (_, index) =>
      index === 0 ? 'a0: &a0 [x]' : `a${index}: &a${index} [${`*a${index - 1},`.repeat(10)}]`,
    );

    expect(() => parseServingYaml(`kind: Model\n${levels.join('\n')}`)).toThrow('too many values');
  });
});

describe('contractYamlOf', () => {
  it('gives a section that is refused until it is filled in', () => {
    const section = contractYamlOf(null);

    expect(() => parseServingYaml(`kind: Model\n${section}`)).toThrow(
      "'contract.inputs.input_0.type' is still to be filled in",
    );
    const filled = section
      .replaceAll('type: FILL_IN', 'type: float32')
      .replaceAll('shape: FILL_IN', 'shape: [-1, 4]');
    expect(parseServingYaml(`kind: Model\n${filled}`)[0]?.contract?.inputs).toEqual([
      { name: 'input_0', dtype: 'DT_FLOAT', shape: [-1, 4] },
    ]);
  });

  it('keeps what is known', () => {
    const signature = {
      name: 'infer',
      inputs: [
        { name: 'x: y', dtype: 'DT_FLOAT', shape: [-1, 4], profile: 'NUMERICAL' },
        { name: '12', dtype: 'DT_BFLOAT16', shape: [] },
      ],
      outputs: [{ name: 'y', dtype: 'DT_STRING', shape: [-1] }],
    } as const;

    const [model] = parseServingYaml(`kind: Model\n${contractYamlOf(signature)}`);

    expect(model?.contract).toEqual(signature);
  });
});

function field(text: string): string {
  return `kind: Model\ncontract:\n  inputs:\n    x: ${text}\n  outputs: { y: { type: int8 } }`;
}
