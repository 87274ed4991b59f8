import { bytesField, varintField } from '../../wire/wire-writer.ts';

// Builds ONNX files part by part: for tests, which need models that no exporter writes.

/** @param irVersion version of the format */
export function onnxModel(
  irVersion: number,
  graph: readonly Uint8Array[],
  ...more: readonly Uint8Array[]
): Uint8Array {
  return Buffer.concat([varintField(1, irVersion), bytesField(7, ...graph), ...more]);
}

export function opset(version: number, domain = ''): Uint8Array {
  return bytesField(8, bytesField(1, domain), varintField(2, version));
}

export function input(name: string, type?: Uint8Array): Uint8Array {
  return valueInfo(11, name, type);
}

export function output(name: string, type?: Uint8Array): Uint8Array {
  return valueInfo(12, name, type);
}

export function initializer(
  name: string,
  element: number,
  shape: readonly number[],
  ...more: readonly Uint8Array[]
): Uint8Array {
  return bytesField(5, tensorProto(name, element, shape), ...more);
}

export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = '',
): Uint8Array {
  return bytesField(1, nodeProto(operator, inputs, outputs, attributes, domain));
}

export function functionProto(
  name: string,
  domain: string,
  inputs: readonly string[],
  outputs: readonly string[],
  nodes: readonly Uint8Array[],
): Uint8Array {
  return bytesField(
    25,
    bytesField(1, name),
    ...inputs.map((each) => bytesField(4, each)),
    ...outputs.map((each) => bytesField(5, each)),
    ...nodes.map((each) => bytesField(7, each)),
    bytesField(10, domain),
  );
}

/** A number is an extent, a text a symbol, `null` an extent of which nothing is said. */
export function tensorType(
  element: number,
  shape?: readonly (number | string | null)[],
): Uint8Array {
  return bytesField(
    1,
    varintField(1, element),
    shape ? bytesField(2, ...shape.map(dimension)) : '',
  );
}

export function sequenceType(element: Uint8Array): Uint8Array {
  return bytesField(4, bytesField(1, element));
}

export function optionalType(element: Uint8Array): Uint8Array {
  return bytesField(9, bytesField(1, element));
}

export function mapType(key: number, value: Uint8Array): Uint8Array {
  return bytesField(5, varintField(1, key), bytesField(2, value));
}

export type Attribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly tensor: Uint8Array }
  | { readonly reference: string };

function valueInfo(field: number, name: string, type?: Uint8Array): Uint8Array {
  return bytesField(field, bytesField(1, name), type ? bytesField(2, type) : '');
}

export function tensorProto(name: string, element: number, shape: readonly number[]): Uint8Array {
  return Buffer.concat([
    ...shape.map((extent) => varintField(1, extent)),
    varintField(2, element),
    bytesField(8, name),
  ]);
}

export function nodeProto(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = '',
): Uint8Array {
  return Buffer.concat([
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      bytesField(5, bytesField(1, name), attributeValue(value)),
    ),
    bytesField(7, domain),
  ]);
}

function attributeValue(value: Attribute): Uint8Array {
  if (typeof value === 'number') return varintField(3, value);
  if (typeof value === 'string') return bytesField(4, value);
  if ('tensor' in value) return bytesField(5, value.tensor);
  if ('reference' in value) return bytesField(21, value.reference);
  return Buffer.concat(
    value.map((each) => (typeof each === 'number' ? varintField(8, each) : bytesField(9, each))),
  );
}

function dimension(extent: number | string | null): Uint8Array {
  if (extent === null) return bytesField(1);
  return bytesField(1, typeof extent === 'number' ? varintField(1, extent) : bytesField(2, extent));
}
