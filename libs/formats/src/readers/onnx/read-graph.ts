import { BudgetExhausted } from '../../frame/errors.ts';
import type { FileWindow } from '../../frame/file-window.ts';
import { bytesIn, type Span, walk } from '../../wire/wire-walk.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from './onnx-model.ts';
import { readNode } from './read-node.ts';
import { readTensor } from './read-tensor.ts';
import { readValue } from './read-type.ts';

/** More is no graph that a runtime would load in time. */
const mostParts = 200_000;
/** SparseTensorProto names its values by this field. */
const sparseValues = 1;

/** GraphProto: everything but the weights. */
export async function readGraph(window: FileWindow, span: Span): Promise<OnnxGraph> {
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const intermediates: OnnxValue[] = [];
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const externalPaths = new Set<string>();
  let parts = 0;
  for await (const field of walk(window, span)) {
    parts += 1;
    if (parts > mostParts) throw new BudgetExhausted(`The graph has more than ${mostParts} parts.`);
    if (field.type !== 'bytes') continue;
    const part = field.span;
    if (field.number === 1) nodes.push(await readNode(window, part));
    else if (field.number === 5) {
      const { name, externalPath, ...tensor } = await readTensor(window, part);
      initializers.set(name, tensor);
      if (externalPath !== undefined) externalPaths.add(externalPath);
    } else if (field.number === 15) {
      const { name, externalPath, ...tensor } = await readSparse(window, part);
      initializers.set(name, tensor);
      if (externalPath !== undefined) externalPaths.add(externalPath);
    } else if (field.number === 11) inputs.push(readValue(await bytesIn(window, part)));
    else if (field.number === 12) outputs.push(readValue(await bytesIn(window, part)));
    else if (field.number === 13) intermediates.push(readValue(await bytesIn(window, part)));
  }
  return { inputs, outputs, intermediates, initializers, nodes, externalPaths };
}

/** SparseTensorProto: the tensor of its values carries the name, field 3 the dense shape. */
async function readSparse(window: FileWindow, span: Span): ReturnType<typeof readTensor> {
  let values: Awaited<ReturnType<typeof readTensor>> = { name: '', element: 0, shape: [] };
  for await (const field of walk(window, span))
    if (field.type === 'bytes' && field.number === sparseValues)
      values = await readTensor(window, field.span);
  return values;
}
