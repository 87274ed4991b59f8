import { namesInMetadata } from './names-in-metadata.ts';
import type { OnnxModel, OnnxNode } from './onnx-model.ts';

type Labels = readonly (string | number)[];

const mostLabels = 10_000;
const attributes = ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints'];

/** The classes that a classifier's nodes name, else those of the metadata. */
export function classLabelsOf({ graph, metadata }: OnnxModel): Labels | undefined {
  for (const node of graph.nodes.toReversed()) {
    const labels = node.domain === 'ai.onnx.ml' ? labelsOf(node) : undefined;
    if (labels && labels.length <= mostLabels) return labels;
  }
  return namesInMetadata(metadata.get('names'));
}

function labelsOf(node: OnnxNode): Labels | undefined {
  for (const name of attributes) {
    const attribute = node.attributes.get(name);
    const labels = attribute?.texts ?? attribute?.exactIntegers ?? attribute?.integers;
    if (labels && labels.length > 0) return labels;
  }
  return undefined;
}
