import { describe, expect, it } from 'vitest';

import { MemoryFiles } from './files/memory-files.ts';
import { defaultBudget } from './frame/budget.ts';
import { inspect } from './inspect.ts';
import { input, onnxModel, output, tensorType } from './readers/onnx/onnx-writer.ts';
import { bytesField, varint, varintField } from './wire/wire-writer.ts';

const never = new AbortController().signal;
const float = 1;
const model = modelWith('x');
const contract = Buffer.from(`
  signature_name: "predict"
  inputs { name: "x" shape { dims: [-1, 3] } dtype: DT_DOUBLE }
  outputs { name: "y" shape { dims: 1 } dtype: DT_FLOAT }
`);

describe('inspect', () => {
  it('shows a contract beside the signature that the model has of its own', async () => {
    const inspection = await inspectFiles({ 'a.onnx': model, 'contract.prototxt': contract });

    expect(inspection).toMatchObject({
      framework: 'onnx',
      verdict: 'exact',
      signature: { inputs: [{ dtype: 'DT_FLOAT' }] },
      declared: { path: 'contract.prototxt', signature: { inputs: [{ dtype: 'DT_DOUBLE' }] } },
    });
  });

  it('takes the contract for files that tell nothing, and still names their format', async () => {
    const gguf = Buffer.from('GGUF\x03\0\0\0');

    const inspection = await inspectFiles({ 'a.gguf': gguf, 'contract.prototxt': contract });

    expect(inspection).toMatchObject({
      framework: 'gguf',
      verdict: 'exact',
      signature: { inputs: [{ dtype: 'DT_DOUBLE' }] },
      evidence: { '/inputs/0/dtype': { status: 'declared', path: 'contract.prototxt' } },
    });
  });

  it('takes the contract of serving.yaml before others, and only from the root', async () => {
    const yaml = Buffer.from(
      'kind: Model\ncontract: { inputs: { a: { type: int8 } }, outputs: { b: { type: int8 } } }',
    );

    const beside = await inspectFiles({ 'contract.prototxt': contract, 'serving.yaml': yaml });
    const below = await inspectFiles({ 'sub/serving.yaml': yaml });

    expect(beside.declared?.path).toBe('serving.yaml');
    expect(below).toMatchObject({ framework: 'unknown', verdict: 'none', signature: null });
  });

  it('leaves the serving.yaml of other tools alone', async () => {
    const yaml = Buffer.from('apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n');

    expect(await inspectFiles({ 'serving.yaml': yaml, 'a.onnx': model })).not.toHaveProperty(
      'declared',
    );
  });

  it('tells line and key of a broken contract', async () => {
    const yaml = Buffer.from('kind: Model\ncontract:\n  inputs: { a: { type: flot } }\n');

    await expect(inspectFiles({ 'serving.yaml': yaml, 'a.onnx': model })).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining("line 3): 'contract.inputs.a.type'") as string,
    });
  });

  it('prefers the model that is called so, and lists what differs', async () => {
    const inspection = await inspectFiles({
      'a.onnx': modelWith('other'),
      'b.onnx': model,
      'model.onnx': model,
    });

    expect(inspection.signature?.inputs[0]?.name).toBe('x');
    expect(inspection.otherSignatures?.map(({ inputs }) => inputs[0]?.name)).toEqual(['other']);
    expect(inspection.warnings).toMatchObject([{ code: 'SEVERAL_MODELS' }]);
  });

  it('understands a model beside a damaged one, and says so', async () => {
    const { verdict, warnings } = await inspectFiles({
      'damaged.onnx': model.slice(0, 12),
      'model.onnx': model,
    });

    expect(verdict).toBe('exact');
    expect(warnings).toEqual([]);
  });

  it('finds a model among a hundred thousand files for the price of a few', async () => {
    const listing = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`data/${index}.txt`, new Uint8Array(1)]),
    );
    const files = new MemoryFiles({ ...listing, 'deep/er/model.onnx': model });

    const { verdict } = await inspect(files, never);

    expect(verdict).toBe('exact');
    expect(files.requests).toBeLessThan(100);
  });

  it.each([
    ['requests', { requests: 2 }, 'takes more than 2 requests'],
    ['bytes', { bytes: 10_000 }, 'takes more than 10000 bytes'],
    ['memory', { memoryBytes: 16_384 }, 'A single value'],
  ])(
    'ends with verdict none and a reason when its allowance of %s is used up',
    async (_, limit, reason) => {
      const weights = Array.from({ length: 8 }, (__, index) =>
        bytesField(5, bytesField(8, `w${index}`), bytesField(9, new Uint8Array(50_000))),
      );
      const longName = input('n'.repeat(5_000), tensorType(float, [1]));
      const large = onnxModel(8, [...weights, longName, output('y', tensorType(float, [1]))]);

      const inspection = await inspect(new MemoryFiles({ 'model.onnx': large }), never, {
        ...defaultBudget,
        ...limit,
      });

      expect(inspection).toMatchObject({
        framework: 'onnx',
        verdict: 'none',
        signature: null,
        warnings: [
          { code: 'BUDGET_EXHAUSTED', message: expect.stringContaining(reason) as string },
        ],
      });
    },
  );

  it('does not tell more of a model than can be passed on', async () => {
    const inputs = Array.from({ length: 100 }, (_, n) => input(`x${n}`, tensorType(float, [1])));
    const wide = onnxModel(8, [...inputs, output('y', tensorType(float, [1]))]);
    const files = new MemoryFiles({ 'model.onnx': wide });

    const limited = await inspect(files, never, { ...defaultBudget, answerBytes: 10_000 });

    expect((await inspect(files, never)).signature?.inputs).toHaveLength(100);
    expect(limited).toMatchObject({ framework: 'onnx', verdict: 'none', signature: null });
    expect(limited.warnings).toMatchObject([
      { code: 'BUDGET_EXHAUSTED', message: expect.stringMatching(/more than 10000\./) as string },
    ]);
  });

  it.each([2 ** 31, 2 ** 40, 2 ** 52, 2 ** 63])(
    'allocates nothing for a part that claims %d bytes',
    async (claimed) => {
      const lying = Buffer.concat([varintField(1, 8), varint(7 * 8 + 2), varint(claimed)]);
      const files = new MemoryFiles({ 'model.onnx': lying });

      await expect(inspect(files, never)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });

      expect(files.bytes).toBeLessThanOrEqual(2 * lying.length);
    },
  );

  it.each([
    ['a.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:0', 'GIT_LFS_POINTER'],
    ['a.pt', '<!DOCTYPE html><html>', 'HTML_PAGE'],
  ])('says what is wrong with %s', async (path, content, code) => {
    expect(await inspectFiles({ [path]: Buffer.from(content) })).toMatchObject({
      verdict: 'none',
      warnings: [{ code }],
    });
  });

  it.each([
    ['m.keras', 'PK\x03\x04', 'keras', 'keras_v3'],
    ['m.h5', '\x89HDF\r\n\x1a\n', 'keras', 'keras_h5'],
    ['m.bin', '\x1c\0\0\0TFL3', 'tflite', 'tflite'],
    ['m.ort', '\x1c\0\0\0ORTM', 'onnx', 'ort'],
    ['1/saved_model.pb', '\x08\x01', 'tensorflow', 'saved_model'],
    ['m.safetensors', '\x40\0\0\0\0\0\0\0{"a"', 'pytorch', 'safetensors'],
    ['m.txt', 'tree\nversion=v4', 'lightgbm', 'lightgbm_txt'],
    ['m.onnx', '\x80\x04\x95', 'pickle', 'pickle'],
    ['m.txt', 'hello', 'unknown', 'unknown'],
  ])('names the format of %s by its bytes', async (path, content, framework, artifact) => {
    const files = { [path]: Buffer.from(content, 'latin1') };

    expect(await inspectFiles(files)).toMatchObject({ framework, artifact, verdict: 'none' });
  });
});

function modelWith(name: string): Uint8Array {
  return onnxModel(8, [
    input(name, tensorType(float, [-1, 3])),
    output('y', tensorType(float, [1])),
  ]);
}

async function inspectFiles(contents: Record<string, Uint8Array>): ReturnType<typeof inspect> {
  return inspect(new MemoryFiles(contents), never);
}
