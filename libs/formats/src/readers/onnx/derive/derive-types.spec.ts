import { describe, expect, it } from 'vitest';

import { MemoryFiles } from '../../../files/memory-files.ts';
import { inspect } from '../../../inspect.ts';
import { bytesField } from '../../../wire/wire-writer.ts';
import {
  type Attribute,
  initializer,
  input,
  node,
  onnxModel,
  output,
  tensorProto,
  tensorType,
} from '../onnx-writer.ts';

type Shape = readonly number[];
type Row = readonly [
  operator: string,
  inputs: readonly Shape[],
  attributes: Readonly<Record<string, Attribute>>,
  expected: Shape | null,
];

const never = new AbortController().signal;
const float = 1;
const int64 = 7;
const text = 8;

/** What ONNX' shape inference gives for the same nodes. */
const rows: readonly Row[] = [
  ['Relu', [[-1, 4]], {}, [-1, 4]],
  ['Add', [[-1, 4], [4]], {}, [-1, 4]],
  [
    'Mul',
    [
      [3, 1],
      [-1, 1, 5],
    ],
    {},
    [-1, 3, 5],
  ],
  ['Sum', [[1], [2], [7, 1]], {}, [7, 2]],
  [
    'MatMul',
    [
      [-1, 6],
      [6, 2],
    ],
    {},
    [-1, 2],
  ],
  [
    'MatMul',
    [
      [8, -1, 3, 4],
      [4, 5],
    ],
    {},
    [8, -1, 3, 5],
  ],
  ['MatMul', [[4], [4, 5]], {}, [5]],
  ['MatMul', [[2, 4], [4]], {}, [2]],
  [
    'Gemm',
    [
      [-1, 4],
      [3, 4],
    ],
    { transB: 1 },
    [-1, 3],
  ],
  [
    'Gemm',
    [
      [4, 2],
      [4, 3],
    ],
    { transA: 1 },
    [2, 3],
  ],
  ['Flatten', [[-1, 3, 4]], {}, [-1, 12]],
  ['Flatten', [[2, 3, 4]], { axis: -1 }, [6, 4]],
  ['Flatten', [[2, 3, 4]], { axis: 0 }, [1, 24]],
  ['Transpose', [[2, 3, 4]], {}, [4, 3, 2]],
  ['Transpose', [[-1, 3, 4]], { perm: [0, 2, 1] }, [-1, 4, 3]],
  ['Transpose', [[2, 3]], { perm: [0, 7] }, null],
  [
    'Concat',
    [
      [-1, 2],
      [-1, 3],
    ],
    { axis: 1 },
    [-1, 5],
  ],
  [
    'Concat',
    [
      [2, 2],
      [2, -1],
    ],
    { axis: -1 },
    [2, -1],
  ],
  ['Concat', [[2, 2], [2]], { axis: 0 }, null],
  ['Squeeze', [[1, 3, 1]], { axes: [0, -1] }, [3]],
  ['Unsqueeze', [[3, 4]], { axes: [0, -1] }, [1, 3, 4, 1]],
  ['ReduceMean', [[-1, 3, 4]], { axes: [-1, 1], keepdims: 0 }, [-1]],
  ['ReduceMax', [[2, 3]], {}, [1, 1]],
  ['ReduceSum', [[2, 3]], { noop_with_empty_axes: 1 }, [2, 3]],
  ['GlobalAveragePool', [[-1, 64, 7, 7]], {}, [-1, 64, 1, 1]],
  [
    'Conv',
    [
      [-1, 3, 224, 224],
      [64, 3, 7, 7],
    ],
    { strides: [2, 2], pads: [3, 3, 3, 3] },
    [-1, 64, 112, 112],
  ],
  [
    'Conv',
    [
      [1, 3, -1, 10],
      [8, 3, 3, 3],
    ],
    { dilations: [1, 2] },
    [1, 8, -1, 6],
  ],
  [
    'Conv',
    [
      [1, 3, 9, 9],
      [8, 3, 3, 3],
    ],
    { auto_pad: 'SAME_UPPER', strides: [2, 2] },
    [1, 8, 5, 5],
  ],
  ['MaxPool', [[1, 8, 7, 7]], { kernel_shape: [2, 2], strides: [2, 2] }, [1, 8, 3, 3]],
  [
    'MaxPool',
    [[1, 8, 7, 7]],
    { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 },
    [1, 8, 4, 4],
  ],
  ['TopK', [[2, 9]], { k: 3 }, [2, 3]],
  ['NotAnOperator', [[2, 9]], {}, null],
];

describe('deriveTypes', () => {
  it.each(rows)(
    'gives what follows from %s of %j with %j',
    async (operator, shapes, attributes, expected) => {
      const names = shapes.map((_, index) => `x${index}`);
      const graph = [
        node(operator, names, ['y'], attributes),
        ...shapes.map((shape, index) => input(`x${index}`, tensorType(float, shape))),
      ];

      expect(await shapeOf(graph)).toEqual(expected);
    },
  );

  it.each<readonly [Shape, Shape, Shape | null]>([
    [
      [-1, 3, 4],
      [0, -1],
      [-1, 12],
    ],
    [
      [-1, 12],
      [-1, 3, 4],
      [-1, 3, 4],
    ],
    [
      [2, 12],
      [-1, 3],
      [8, 3],
    ],
    [
      [-1, 12],
      [0, 3, -1],
      [-1, 3, 4],
    ],
    [[2, 12], [-1, 5], null],
  ])(
    'gives what follows from a Reshape of %j to the constant %j',
    async (shape, target, expected) => {
      const graph = [
        node('Reshape', ['x', 'to'], ['y']),
        initializer('to', int64, [target.length], int64s(target)),
        input('x', tensorType(float, shape)),
      ];

      expect(await shapeOf(graph)).toEqual(expected);
    },
  );

  it('says nothing of a Reshape whose target the caller gives', async () => {
    const graph = [
      node('Reshape', ['x', 'to'], ['y']),
      input('x', tensorType(float, [2, 3])),
      input('to', tensorType(int64, [2])),
    ];

    expect(await shapeOf(graph)).toBeNull();
  });

  it('follows constants of the graph', async () => {
    const constant = Buffer.concat([tensorProto('', int64, [1]), int64s([1])]);
    const graph = [
      node('Constant', [], ['axes'], { value: { tensor: constant } }),
      node('ReduceSum', ['x', 'axes'], ['y'], { keepdims: 0 }),
      input('x', tensorType(float, [-1, 3])),
    ];

    expect(await shapeOf(graph)).toEqual([-1]);
  });

  it.each<readonly [string, Readonly<Record<string, Attribute>>, string, Shape]>([
    ['TreeEnsembleClassifier', { classlabels_int64s: [0, 1, 2] }, 'DT_INT64', [-1]],
    ['LinearClassifier', { classlabels_strings: ['a', 'b'] }, 'DT_STRING', [-1]],
    ['TreeEnsembleRegressor', { n_targets: 2 }, 'DT_FLOAT', [-1, 2]],
    ['SVMRegressor', {}, 'DT_FLOAT', [-1, 1]],
    ['Scaler', {}, 'DT_FLOAT', [-1, 4]],
    ['LabelEncoder', { values_strings: ['a'] }, 'DT_STRING', [-1, 4]],
    ['FeatureVectorizer', { inputdimensions: [4, 2] }, 'DT_FLOAT', [-1, 6]],
  ])('knows the classical operator %s', async (operator, attributes, dtype, shape) => {
    const graph = [
      node(operator, ['x'], ['y'], attributes, 'ai.onnx.ml'),
      input('x', tensorType(float, [-1, 4])),
    ];

    expect(await fieldOf(graph)).toEqual({ name: 'y', dtype, shape });
  });

  it('says nothing that follows from a list which is too long to be kept', async () => {
    const inputdimensions = Array.from({ length: 2000 }, () => 1);
    const graph = [
      node('FeatureVectorizer', ['x'], ['y'], { inputdimensions }, 'ai.onnx.ml'),
      input('x', tensorType(float, [-1, 4])),
    ];

    expect(await shapeOf(graph)).toBeNull();
  });

  it('gives dtypes that operators set', async () => {
    const graph = [
      node('Cast', ['x'], ['t'], { to: text }),
      node('Equal', ['t', 't'], ['b']),
      node('ArgMax', ['x'], ['y'], { axis: 1, keepdims: 0 }),
      input('x', tensorType(float, [-1, 3])),
    ];

    expect(await fieldOf(graph)).toEqual({ name: 'y', dtype: 'DT_INT64', shape: [-1] });
    expect(await fieldOf(graph, 'b')).toEqual({ name: 'b', dtype: 'DT_BOOL', shape: [-1, 3] });
  });
});

function int64s(values: Shape): Uint8Array {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), index * 8);
  return bytesField(9, bytes);
}

async function shapeOf(graph: readonly Uint8Array[]): Promise<Shape | null | undefined> {
  return (await fieldOf(graph))?.shape;
}

async function fieldOf(
  graph: readonly Uint8Array[],
  name = 'y',
): Promise<(object & { shape: Shape | null }) | undefined> {
  const model = onnxModel(9, [...graph, output(name)]);
  const { signature } = await inspect(new MemoryFiles({ 'model.onnx': model }), never);
  return signature?.outputs[0];
}
