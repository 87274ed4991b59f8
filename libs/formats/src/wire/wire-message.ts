import { ModelUnreadable } from '../frame/errors.ts';
import { readVarint, signedOf, unsignedOf, type Varint } from './varint.ts';

export type WireType = 'varint' | 'fixed64' | 'bytes' | 'fixed32';

/** One field of a protobuf message that is in memory. */
export type WireField =
  | { readonly number: number; readonly type: 'varint'; readonly varint: Varint }
  | { readonly number: number; readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly number: number; readonly type: 'fixed64' | 'fixed32' };

const wireTypes = new Map<number, WireType>([
  [0, 'varint'],
  [1, 'fixed64'],
  [2, 'bytes'],
  [5, 'fixed32'],
]);

/** Number and type of a field from its tag. */
export function tagOf(varint: Varint): { readonly number: number; readonly type: WireType } {
  const tag = unsignedOf(varint);
  const type = wireTypes.get(tag % 8);
  const number = Math.floor(tag / 8);
  if (type === undefined || number === 0 || number > 0x1fffffff)
    throw new ModelUnreadable('This is no protobuf message: it has a field of an unknown kind.');
  return { number, type };
}

/** The fields of a message in their order; copies nothing. */
export function* fieldsIn(message: Uint8Array): Generator<WireField> {
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    at += tag.length;
    const { number, type } = tagOf(tag);
    if (type === 'varint') {
      const varint = readVarint(message, at);
      at += varint.length;
      yield { number, type, varint };
    } else if (type === 'bytes') {
      const length = readVarint(message, at);
      at += length.length;
      const end = at + unsignedOf(length);
      if (end > message.length) throw endsInside();
      yield { number, type, bytes: message.subarray(at, end) };
      at = end;
    } else {
      at += type === 'fixed64' ? 8 : 4;
      if (at > message.length) throw endsInside();
      yield { number, type };
    }
  }
}

/** The numbers of a repeated integer field, packed or not. */
export function varintsOf(field: WireField): Varint[] {
  if (field.type === 'varint') return [field.varint];
  const bytes = bytesOf(field);
  const varints: Varint[] = [];
  for (let at = 0; at < bytes.length;) {
    const varint = readVarint(bytes, at);
    at += varint.length;
    varints.push(varint);
  }
  return varints;
}

/** As `int64`; not exact beyond 2^53. */
export function integersOf(field: WireField): number[] {
  return varintsOf(field).map(signedOf);
}

export function bytesOf(field: WireField): Uint8Array {
  if (field.type !== 'bytes') throw new ModelUnreadable('A protobuf field is not of its kind.');
  return field.bytes;
}

export function integerOf(field: WireField): number {
  if (field.type !== 'varint') throw new ModelUnreadable('A protobuf field is not of its kind.');
  return signedOf(field.varint);
}

const utf8 = new TextDecoder();

export function textOf(field: WireField): string {
  return utf8.decode(bytesOf(field));
}

function endsInside(): ModelUnreadable {
  return new ModelUnreadable('A protobuf field claims more bytes than its message has.');
}
