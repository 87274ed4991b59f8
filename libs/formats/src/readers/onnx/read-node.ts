import type { FileWindow } from '../../frame/file-window.ts';
import { exactOf, signedOf } from '../../wire/varint.ts';
import {
  bytesOf,
  fieldsIn,
  integerOf,
  textOf,
  varintsOf,
  type WireField,
} from '../../wire/wire-message.ts';
import { bytesIn, type Span, walk } from '../../wire/wire-walk.ts';
import type { OnnxAttribute, OnnxNode } from './onnx-model.ts';
import { tensorOf } from './read-tensor.ts';

const shortBytes = 64 * 1024;
/** Attributes above it are trees and weights, never shapes or labels. */
const longestAttribute = 1024 * 1024;
const utf8 = new TextDecoder();

/** NodeProto; attributes that hold much are hopped over. */
export async function readNode(window: FileWindow, span: Span): Promise<OnnxNode> {
  if (span.end - span.start <= shortBytes) return nodeOf(await bytesIn(window, span));
  const node = emptyNode();
  for await (const field of walk(window, span)) {
    if (field.type !== 'bytes') continue;
    const length = field.span.end - field.span.start;
    if (length > longestAttribute) continue;
    if (field.number !== 5 && length > shortBytes) continue;
    addTo(node, field.number, await bytesIn(window, field.span));
  }
  return node;
}

/** NodeProto that is in memory. */
export function nodeOf(message: Uint8Array): OnnxNode {
  const node = emptyNode();
  for (const field of fieldsIn(message))
    if (field.type === 'bytes') addTo(node, field.number, field.bytes);
  return node;
}

interface GrowingNode {
  operator: string;
  domain: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attributes: Map<string, OnnxAttribute>;
}

function emptyNode(): GrowingNode {
  return { operator: '', domain: '', inputs: [], outputs: [], attributes: new Map() };
}

function addTo(node: GrowingNode, number: number, bytes: Uint8Array): void {
  if (number === 1) node.inputs.push(utf8.decode(bytes));
  else if (number === 2) node.outputs.push(utf8.decode(bytes));
  else if (number === 4) node.operator = utf8.decode(bytes);
  else if (number === 7) node.domain = utf8.decode(bytes);
  else if (number === 5) {
    const [name, attribute] = attributeOf(bytes);
    node.attributes.set(name, attribute);
  }
}

/** AttributeProto: its integers, texts and tensor; floats, graphs and long lists are left out. */
function attributeOf(message: Uint8Array): [name: string, attribute: OnnxAttribute] {
  let name = '';
  const attribute: { -readonly [Key in keyof OnnxAttribute]: OnnxAttribute[Key] } = {};
  const integers: number[] = [];
  const exactIntegers: (number | string)[] = [];
  const texts: string[] = [];
  let isCut = false;
  for (const field of fieldsIn(message)) {
    if (field.number === 1) name = textOf(field);
    else if (isList(field) && integers.length + texts.length >= longestListOf(name)) isCut = true;
    else if (field.number === 3) attribute.integer = integerOf(field);
    else if (field.number === 4) attribute.text = textOf(field);
    else if (field.number === 5) attribute.tensor = tensorOf(bytesOf(field));
    else if (field.number === 8) addIntegers(field, integers, exactIntegers);
    else if (field.number === 9) texts.push(textOf(field));
    else if (field.number === 21) attribute.reference = textOf(field);
  }
  if (isCut) return [name, attribute];
  return [
    name,
    {
      ...attribute,
      ...(integers.length > 0 && { integers }),
      ...(!integers.every(Number.isSafeInteger) && { exactIntegers }),
      ...(texts.length > 0 && { texts }),
    },
  ];
}

/** Axes and pads are short; longer lists are trees, unless they are labels. */
function longestListOf(name: string): number {
  return name.startsWith('classlabels_') ? Number.POSITIVE_INFINITY : 1024;
}

function isList({ number }: WireField): boolean {
  return number === 8 || number === 9;
}

function addIntegers(field: WireField, numbers: number[], exact: (number | string)[]): void {
  for (const varint of varintsOf(field)) {
    const number = signedOf(varint);
    numbers.push(number);
    exact.push(Number.isSafeInteger(number) ? number : String(exactOf(varint)));
  }
}
