import type { FileWindow } from '../../frame/file-window.ts';
import { signedOf } from '../../wire/varint.ts';
import { bytesOf, fieldsIn, integerOf, integersOf, textOf } from '../../wire/wire-message.ts';
import { bytesIn, type Span, walk } from '../../wire/wire-walk.ts';
import type { OnnxTensor } from './onnx-model.ts';

/** TensorProto without its data. */
export interface NamedTensor extends OnnxTensor {
  readonly name: string;
  /** Side file of its data, as the model writes it. */
  readonly externalPath?: string;
}

const shortBytes = 4096;
const mostIntegers = 64;

/** Hops over the weights of a tensor; a short one is read whole. */
export async function readTensor(window: FileWindow, span: Span): Promise<NamedTensor> {
  if (span.end - span.start <= shortBytes) return tensorOf(await bytesIn(window, span));
  let name = '';
  let element = 0;
  let externalPath: string | undefined;
  const shape: number[] = [];
  for await (const field of walk(window, span)) {
    if (field.type === 'varint') {
      if (field.number === 1) shape.push(signedOf(field.varint));
      if (field.number === 2) element = signedOf(field.varint);
    } else if (field.type === 'bytes' && isShort(field.span)) {
      const bytes = () => bytesIn(window, field.span);
      if (field.number === 8) name = new TextDecoder().decode(await bytes());
      if (field.number === 1)
        shape.push(...integersOf({ number: 1, type: 'bytes', bytes: await bytes() }));
      if (field.number === 13) externalPath = locationIn(await bytes()) ?? externalPath;
    }
  }
  return { name, element, shape, ...(externalPath !== undefined && { externalPath }) };
}

function isShort({ start, end }: Span): boolean {
  return end - start <= shortBytes;
}

/** TensorProto that is in memory. */
export function tensorOf(message: Uint8Array): NamedTensor {
  let name = '';
  let element = 0;
  let externalPath: string | undefined;
  const shape: number[] = [];
  const integers: number[] = [];
  for (const field of fieldsIn(message)) {
    if (field.number === 1) shape.push(...integersOf(field));
    else if (field.number === 2) element = integerOf(field);
    else if (field.number === 8) name = textOf(field);
    else if (field.number === 5 || field.number === 7) integers.push(...integersOf(field));
    else if (field.number === 9) integers.push(...rawIntegers(bytesOf(field), element));
    else if (field.number === 13) externalPath = locationIn(bytesOf(field)) ?? externalPath;
  }
  const isList = (element === 6 || element === 7) && shape.length <= 1;
  return {
    name,
    element,
    shape,
    ...(isList && integers.length <= mostIntegers && { integers }),
    ...(externalPath !== undefined && { externalPath }),
  };
}

/** Little-endian, as onnx.proto has it for `raw_data`. */
function rawIntegers(raw: Uint8Array, element: number): number[] {
  const size = element === 7 ? 8 : element === 6 ? 4 : 0;
  if (size === 0 || raw.length > mostIntegers * size) return [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.length / size) }, (_, index) =>
    size === 8 ? Number(view.getBigInt64(index * 8, true)) : view.getInt32(index * 4, true),
  );
}

/** The value of a StringStringEntryProto whose key is `location`. */
function locationIn(message: Uint8Array): string | undefined {
  const [key, value] = entryOf(message);
  return key === 'location' ? value : undefined;
}

/** StringStringEntryProto. */
export function entryOf(message: Uint8Array): [key: string, value: string] {
  let key = '';
  let value = '';
  for (const field of fieldsIn(message)) {
    if (field.number === 1) key = textOf(field);
    if (field.number === 2) value = textOf(field);
  }
  return [key, value];
}
