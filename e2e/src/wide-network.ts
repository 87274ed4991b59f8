const FLOAT = 1;

/** An ONNX model of so many inputs, `feature_0` and on, each a float32[4], which gives the first of them back. */
export function wideNetwork(inputs: number): Uint8Array<ArrayBuffer> {
  const names = Array.from({ length: inputs }, (_, n) => `feature_${n}`);
  const [first = ''] = names;
  const graph = Buffer.concat([
    field(1, field(1, first), field(2, 'y'), field(4, 'Identity')),
    field(2, 'wide'),
    ...names.map((name) => field(11, tensor(name))),
    field(12, tensor('y')),
  ]);
  const opset = field(8, field(1, ''), number(2, 17));
  return Uint8Array.from(Buffer.concat([number(1, 8), field(7, graph), opset]));
}

function tensor(name: string): Buffer {
  const shape = field(2, field(1, number(1, 4)));
  return Buffer.concat([field(1, name), field(2, field(1, number(1, FLOAT), shape))]);
}

function field(tag: number, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
  return Buffer.concat([varint((tag << 3) | 2), varint(value.length), value]);
}

function number(tag: number, value: number): Buffer {
  return Buffer.concat([varint(tag << 3), varint(value)]);
}

function varint(value: number): Buffer {
  return value < 0x80
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value & 0x7f) | 0x80), varint(value >>> 7)]);
}
