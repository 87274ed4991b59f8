import { describe, expect, it } from 'vitest';

import { MemoryFiles } from '../../files/memory-files.ts';
import { defaultBudget } from '../../frame/budget.ts';
import { inspect } from '../../inspect.ts';
import { bytesField, varintField } from '../../wire/wire-writer.ts';
import {
  functionProto,
  initializer,
  input,
  mapType,
  node,
  nodeProto,
  onnxModel,
  opset,
  optionalType,
  output,
  sequenceType,
  tensorType,
} from './onnx-writer.ts';

const never = new AbortController().signal;
const float = 1;
const int64 = 7;
const text = 8;
const y = output('y', tensorType(float, [1]));

describe('an ONNX model', () => {
  it('has free extents where a symbol, nothing or nonsense stands for them', async () => {
    const x = input('x', tensorType(float, ['batch', null, 0, -5, 3]));

    const { signature } = await inspected(onnxModel(8, [x, y]));

    expect(signature?.inputs).toEqual([
      { name: 'x', dtype: 'DT_FLOAT', shape: [-1, -1, -1, -1, 3] },
    ]);
  });

  it('tells a scalar from a tensor of unknown rank', async () => {
    const inputs = [input('s', tensorType(float, [])), input('u', tensorType(float))];

    const { signature, verdict, evidence } = await inspected(onnxModel(8, [...inputs, y]));

    expect(signature?.inputs.map(({ shape }) => shape)).toEqual([[], null]);
    expect(evidence['/inputs/1/shape']?.status).toBe('unknown');
    expect(verdict).toBe('usable');
  });

  it.each([
    [3, undefined],
    [4, [{ name: 'w', dtype: 'DT_FLOAT', shape: [4], optional: true }]],
  ])('of IR version %s treats listed initializers by that version', async (version, expected) => {
    const graph = [
      initializer('w', float, [4]),
      input('x', tensorType(float, [-1])),
      input('w', tensorType(float, [4])),
      y,
    ];

    const { signature } = await inspected(onnxModel(version, graph));

    expect(signature?.inputs.slice(1)).toEqual(expected ?? []);
  });

  it('counts sparse initializers as initializers', async () => {
    const values = bytesField(1, varintField(1, 4), varintField(2, float), bytesField(8, 'w'));
    const graph = [bytesField(15, values), input('w', tensorType(float, [4])), y];

    const { signature } = await inspected(onnxModel(3, graph));

    expect(signature?.inputs).toEqual([]);
  });

  it('gives dtype and shape of an optional tensor, which may be left out', async () => {
    const x = input('x', optionalType(tensorType(float, [2])));

    const { signature } = await inspected(onnxModel(8, [x, y]));

    expect(signature?.inputs).toEqual([
      { name: 'x', dtype: 'DT_FLOAT', shape: [2], optional: true },
    ]);
  });

  it.each([
    ['seq(tensor(int64))', sequenceType(tensorType(int64, [2]))],
    ['map(string,tensor(float))', mapType(text, tensorType(float, []))],
    ['seq(map(int64,tensor(float)))', sequenceType(mapType(int64, tensorType(float, [])))],
    ['optional(seq(tensor(float)))', optionalType(sequenceType(tensorType(float)))],
    ['tensor(float8e5m2)', tensorType(19, [2])],
    ['tensor(type 999)', tensorType(999, [2])],
  ])('says %s in words, as there is no dtype for it', async (words, type) => {
    const { signature, warnings, evidence, verdict } = await inspected(
      onnxModel(8, [input('x', type), y]),
    );

    expect(signature?.inputs[0]).toMatchObject({ name: 'x', dtype: null });
    expect(evidence['/inputs/0/dtype']).toMatchObject({
      status: 'proven',
      locator: `graph.input 'x' is ${words}`,
    });
    expect(warnings).toMatchObject([{ code: 'NO_DTYPE_FOR_TYPE', pointer: '/inputs/0/dtype' }]);
    expect(verdict).toBe('usable');
  });

  it('keeps class labels beyond 2^53 exact, as text', async () => {
    const classlabels = bytesField(
      5,
      bytesField(1, 'classlabels_int64s'),
      bytesField(8, '\x05', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 127)),
    );
    const classifier = bytesField(
      1,
      nodeProto('LinearClassifier', ['x'], ['y'], {}, 'ai.onnx.ml'),
      classlabels,
    );

    const { classLabels } = await inspected(onnxModel(8, [classifier, y]));

    expect(classLabels).toEqual([5, '9223372036854775807']);
  });

  it.each([
    ["{0: 'cat', 1: \"it's a dog\", 2: 'b\\'d'}", ['cat', "it's a dog", "b'd"]],
    ['{"0": "a", "1": "b"}', ['a', 'b']],
    ["['a', 'b']", ['a', 'b']],
    ["{0: 'a', 2: 'b'}", undefined],
    ['cats and dogs', undefined],
  ])('reads the names %s of its metadata as class labels', async (names, expected) => {
    const metadata = bytesField(14, bytesField(1, 'names'), bytesField(2, names));

    const { classLabels } = await inspected(onnxModel(8, [y], metadata));

    expect(classLabels).toEqual(expected);
  });

  it('says its opset and that training steps are ignored', async () => {
    const training = bytesField(20, '');

    const inspection = await inspected(
      onnxModel(8, [y], opset(3, 'ai.onnx.ml'), opset(17), training),
    );

    expect(inspection).toMatchObject({
      frameworkVersion: 'opset 17',
      warnings: [{ code: 'TRAINING_IGNORED' }],
    });
  });

  it('derives outputs through functions of the model and their attributes', async () => {
    const body = [
      nodeProto('Flatten', ['a'], ['b'], { axis: { reference: 'from' } }),
      nodeProto('Relu', ['b'], ['c']),
    ];
    const graph = [
      node('Tail', ['x'], ['z'], { from: 2 }, 'local'),
      input('x', tensorType(float, [2, 3, 4, 5])),
      output('z'),
    ];

    const { signature, evidence } = await inspected(
      onnxModel(9, graph, functionProto('Tail', 'local', ['a'], ['c'], body)),
    );

    expect(signature?.outputs).toEqual([{ name: 'z', dtype: 'DT_FLOAT', shape: [6, 20] }]);
    expect(evidence['/outputs/0/shape']?.status).toBe('derived');
  });

  it('is not derived for ever through functions that call themselves', async () => {
    const body = [nodeProto('F', ['a'], ['b'], {}, 'l'), nodeProto('F', ['b'], ['c'], {}, 'l')];
    const graph = [
      node('F', ['x'], ['z'], {}, 'l'),
      input('x', tensorType(float, [2])),
      output('z'),
    ];

    const { signature } = await inspected(
      onnxModel(9, graph, functionProto('F', 'l', ['a'], ['c'], body)),
    );

    expect(signature?.outputs).toEqual([{ name: 'z', dtype: null, shape: null }]);
  });

  it.each([
    ['weights.bin', 'folder/weights.bin', []],
    ['./data/w.bin', 'folder/data/w.bin', []],
    ['../w.bin', 'w.bin', []],
    ['../../w.bin', 'w.bin', ['unsafe']],
    ['/etc/passwd', 'etc/passwd', ['unsafe']],
    ['C:\\w.bin', 'w.bin', ['unsafe']],
    ['..\\..\\w.bin', 'w.bin', ['unsafe']],
    ['https://example.org/w.bin', 'w.bin', ['unsafe']],
    ['', 'w.bin', ['unsafe']],
  ])(
    'may keep its weights in %j beside it, and never outside',
    async (location, path, expected) => {
      const external = bytesField(13, bytesField(1, 'location'), bytesField(2, location));
      const model = onnxModel(8, [initializer('w', float, [4], external), y]);
      const files = new MemoryFiles({ 'folder/model.onnx': model, [path]: new Uint8Array(4) });

      const { safety, warnings } = await inspect(files, never);

      expect(safety.findings.map(({ severity }) => severity)).toEqual(expected);
      expect(warnings).toEqual([]);
      expect(files.bytes).toBeLessThan(3 * model.length + 10);
    },
  );

  it('names the path outside of it', async () => {
    const external = bytesField(13, bytesField(1, 'location'), bytesField(2, '/etc/passwd'));

    const { safety } = await inspected(onnxModel(8, [initializer('w', float, [4], external), y]));

    expect(safety.findings).toEqual([
      {
        code: 'EXTERNAL_DATA_OUTSIDE',
        severity: 'unsafe',
        message: "'model.onnx' reads its weights from outside the model: '/etc/passwd'.",
        path: 'model.onnx',
      },
    ]);
  });

  it('says which side file is missing', async () => {
    const external = bytesField(13, bytesField(1, 'location'), bytesField(2, 'w.bin'));

    const { warnings } = await inspected(onnxModel(8, [initializer('w', float, [4], external), y]));

    expect(warnings).toMatchObject([{ code: 'EXTERNAL_DATA_MISSING' }]);
  });

  it('is read past its weights: 64 MB of them cost a page each', async () => {
    const megabyte = new Uint8Array(1024 * 1024);
    const weights = Array.from({ length: 64 }, (_, index) =>
      initializer(`w${index}`, float, [262_144], bytesField(9, megabyte)),
    );
    const model = onnxModel(8, [...weights, input('x', tensorType(float, [-1, 3])), y]);
    const files = new MemoryFiles({ 'model.onnx': model });

    const { verdict } = await inspect(files, never);

    expect(verdict).toBe('exact');
    expect(files.requests).toBeLessThan(2 * 64 + 5);
    expect(files.bytes).toBeLessThan(1024 * 1024);
  });

  it('is read past the trees of one huge node', async () => {
    const trees = bytesField(5, bytesField(1, 'nodes_values'), bytesField(7, new Uint8Array(8e6)));
    const forest = bytesField(
      1,
      nodeProto(
        'TreeEnsembleClassifier',
        ['x'],
        ['l', 'p'],
        { classlabels_strings: ['a', 'b'] },
        'ai.onnx.ml',
      ),
      trees,
    );
    const files = new MemoryFiles({
      'model.onnx': onnxModel(8, [forest, input('x', tensorType(float, [-1, 3])), output('p')]),
    });

    const { signature, classLabels } = await inspect(files, never);

    expect(signature?.outputs).toEqual([{ name: 'p', dtype: 'DT_FLOAT', shape: [-1, 2] }]);
    expect(classLabels).toEqual(['a', 'b']);
    expect(files.bytes).toBeLessThan(300_000);
  });

  it('is unreadable wherever it is cut off', async () => {
    const model = onnxModel(8, [node('Relu', ['x'], ['y']), input('x', tensorType(float, [2])), y]);

    for (let length = 0; length < model.length; length += 1)
      await expect(inspected(model.slice(0, length))).rejects.toMatchObject({
        code: 'MODEL_UNREADABLE',
      });
  });

  it('of any damaged byte is understood or unreadable, never anything else', async () => {
    const model = onnxModel(
      8,
      [
        node('Reshape', ['x', 's'], ['m']),
        node('Softmax', ['m'], ['y'], { axis: -1, names: ['a'] }),
        initializer('s', int64, [2], bytesField(9, Buffer.alloc(16, 1))),
        input('x', tensorType(float, ['n', 6])),
        input('q', sequenceType(mapType(text, tensorType(float, [])))),
        output('y'),
      ],
      opset(17),
    );

    for (let at = 0; at < model.length; at += 1)
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const damaged = model.slice();
        damaged[at] = value;
        const outcome = await inspected(damaged).catch((error: unknown) => error);
        expect(outcome).toSatisfy(isAnswer);
      }
  });
});

function isAnswer(outcome: unknown): boolean {
  if (typeof outcome !== 'object' || outcome === null) return false;
  return 'verdict' in outcome || ('code' in outcome && outcome.code === 'MODEL_UNREADABLE');
}

async function inspected(model: Uint8Array): ReturnType<typeof inspect> {
  return inspect(new MemoryFiles({ 'model.onnx': model }), never, defaultBudget);
}
