import { ModelUnreadable } from '../../frame/errors.ts';
import { bytesOf, fieldsIn, integerOf, textOf } from '../../wire/wire-message.ts';
import type { OnnxType, OnnxValue } from './onnx-model.ts';

const deepestType = 16;

/** ValueInfoProto. */
export function readValue(message: Uint8Array): OnnxValue {
  let name = '';
  let type: OnnxType | undefined;
  for (const field of fieldsIn(message)) {
    if (field.number === 1) name = textOf(field);
    if (field.number === 2) type = readType(bytesOf(field));
  }
  return { name, ...(type && { type }) };
}

/** TypeProto; `undefined` when it is empty. */
export function readType(message: Uint8Array, depth = 0): OnnxType | undefined {
  if (depth > deepestType)
    throw new ModelUnreadable('A type is a sequence of sequences without end.');
  let type: OnnxType | undefined;
  for (const field of fieldsIn(message)) {
    if (field.number === 1) type = readTensorType(bytesOf(field), 'tensor');
    else if (field.number === 8) type = readTensorType(bytesOf(field), 'sparse');
    else if (field.number === 4)
      type = { kind: 'sequence', element: readElement(bytesOf(field), 1, depth) };
    else if (field.number === 9)
      type = { kind: 'optional', element: readElement(bytesOf(field), 1, depth) };
    else if (field.number === 5) type = readMapType(bytesOf(field), depth);
    else if (field.number === 7) type = { kind: 'opaque' };
  }
  return type;
}

function readTensorType(message: Uint8Array, kind: 'tensor' | 'sparse'): OnnxType {
  let element = 0;
  let shape: readonly number[] | null = null;
  for (const field of fieldsIn(message)) {
    if (field.number === 1) element = integerOf(field);
    if (field.number === 2) shape = readShape(bytesOf(field));
  }
  return { kind, element, shape };
}

/** TensorShapeProto. A dimension of 0 or less is written by exporters that do not know it. */
function readShape(message: Uint8Array): number[] {
  const shape: number[] = [];
  for (const field of fieldsIn(message)) {
    if (field.number !== 1) continue;
    let extent = -1;
    for (const dimension of fieldsIn(bytesOf(field)))
      if (dimension.number === 1) extent = integerOf(dimension);
    shape.push(extent > 0 ? extent : -1);
  }
  return shape;
}

function readElement(message: Uint8Array, number: number, depth: number): OnnxType | undefined {
  let element: OnnxType | undefined;
  for (const field of fieldsIn(message))
    if (field.number === number) element = readType(bytesOf(field), depth + 1);
  return element;
}

function readMapType(message: Uint8Array, depth: number): OnnxType {
  let key = 0;
  for (const field of fieldsIn(message)) if (field.number === 1) key = integerOf(field);
  return { kind: 'map', key, value: readElement(message, 2, depth) };
}
