import { ModelUnreadable } from '../../frame/errors.ts';
import type { FileWindow } from '../../frame/file-window.ts';
import { signedOf } from '../../wire/varint.ts';
import { bytesOf, fieldsIn, integerOf, textOf } from '../../wire/wire-message.ts';
import { bytesIn, type Span, walk } from '../../wire/wire-walk.ts';
import type { OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from './onnx-model.ts';
import { readGraph } from './read-graph.ts';
import { nodeOf } from './read-node.ts';
import { entryOf } from './read-tensor.ts';

/** Producers and metadata are short; longer ones are hopped over. */
const longestText = 1024 * 1024;

/** ModelProto, of which the weights stay in the file. */
export async function readModel(window: FileWindow): Promise<OnnxModel> {
  if (window.sizeBytes === 0) throw new ModelUnreadable(`'${window.path}' is empty.`);
  let irVersion = 0;
  let producer = '';
  let hasTraining = false;
  let graph: OnnxGraph | undefined;
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions = new Map<string, OnnxFunction>();
  for await (const field of walk(window, { start: 0, end: window.sizeBytes })) {
    if (field.type === 'varint' && field.number === 1) irVersion = signedOf(field.varint);
    if (field.type !== 'bytes') continue;
    if (field.number === 7) graph = await readGraph(window, field.span);
    if (field.number === 20) hasTraining = true;
    if (isLong(field.span)) continue;
    const bytes = () => bytesIn(window, field.span);
    if (field.number === 2) producer = new TextDecoder().decode(await bytes());
    if (field.number === 8) opsets.set(...opsetOf(await bytes()));
    if (field.number === 14) metadata.set(...entryOf(await bytes()));
    if (field.number === 25) functions.set(...functionOf(await bytes()));
  }
  if (graph === undefined) throw new ModelUnreadable(`'${window.path}' has no graph.`);
  return { irVersion, producer, opsets, metadata, graph, hasTraining, functions };
}

function isLong({ start, end }: Span): boolean {
  return end - start > longestText;
}

/** OperatorSetIdProto; `ai.onnx` is the other name of the default domain. */
function opsetOf(message: Uint8Array): [domain: string, version: number] {
  let domain = '';
  let version = 0;
  for (const field of fieldsIn(message)) {
    if (field.number === 1) domain = textOf(field);
    if (field.number === 2) version = integerOf(field);
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}

/** FunctionProto. */
function functionOf(message: Uint8Array): [key: string, body: OnnxFunction] {
  let name = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: OnnxNode[] = [];
  for (const field of fieldsIn(message)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 4) inputs.push(textOf(field));
    else if (field.number === 5) outputs.push(textOf(field));
    else if (field.number === 7) nodes.push(nodeOf(bytesOf(field)));
    else if (field.number === 10) domain = textOf(field);
  }
  return [`${domain}:${name}`, { inputs, outputs, nodes }];
}
