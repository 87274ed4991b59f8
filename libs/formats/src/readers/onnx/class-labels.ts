import type { OnnxModel, OnnxNode } from './onnx-model.ts';

type Labels = readonly (string | number)[];

const mostLabels = 10_000;
const attributes = ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints'];

/** The classes that a classifier's nodes name. */
export function classLabelsOf({ graph }: OnnxModel): Labels | undefined {
  for (const node of graph.nodes.toReversed()) {
    const labels = node.domain === 'ai.onnx.ml' ? labelsOf(node) : undefined;
    if (labels && labels.length <= mostLabels) return labels;
  }
  return undefined;
}

function labelsOf(node: OnnxNode): Labels | undefined {
  for (const name of attributes) {
    const attribute = node.attributes.get(name);
    const labels = attribute?.texts ?? attribute?.integers;
    if (labels && labels.length > 0) return labels;
  }
  return undefined;
}
