import type { OnnxType } from '../onnx-model.ts';
import { elements, type NodeView, type Rule, type Shape, tensor } from './node-view.ts';

/** Operators of the domain ai.onnx.ml. */
export const classical: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['TreeEnsembleClassifier', classifier],
  ['LinearClassifier', classifier],
  ['SVMClassifier', classifier],
  ['TreeEnsembleRegressor', regressor('n_targets')],
  ['LinearRegressor', regressor('targets')],
  ['SVMRegressor', regressor('')],
  ['Scaler', sameShape(() => elements.float)],
  ['Normalizer', sameShape(() => elements.float)],
  ['Imputer', sameShape((node) => node.input(0)?.element ?? 0)],
  ['Binarizer', sameShape((node) => node.input(0)?.element ?? 0)],
  ['LabelEncoder', sameShape(encodedElement)],
  ['CategoryMapper', sameShape(swappedElement)],
  ['FeatureVectorizer', vectorizer],
  ['ZipMap', zipMap],
]);

function classifier(node: NodeView): ReturnType<Rule> {
  const texts = node.node.attributes.get('classlabels_strings')?.texts;
  const numbers = node.integers('classlabels_int64s') ?? node.integers('classlabels_ints');
  const count = (texts ?? numbers)?.length;
  const rows = rowsOf(node);
  return [
    tensor(texts ? elements.string : elements.int64, rows),
    tensor(elements.float, rows && count !== undefined ? [...rows, count] : null),
  ];
}

function regressor(attribute: string): Rule {
  return (node) => {
    const rows = rowsOf(node);
    return [tensor(elements.float, rows && [...rows, node.integer(attribute, 1)])];
  };
}

function sameShape(elementOf: (node: NodeView) => number): Rule {
  return (node) => [tensor(elementOf(node), node.input(0)?.shape ?? null)];
}

function encodedElement(node: NodeView): number {
  const has = (name: string) => node.node.attributes.has(name);
  if (has('values_strings')) return elements.string;
  if (has('values_int64s')) return elements.int64;
  if (has('values_floats')) return elements.float;
  return has('classes_strings') ? swappedElement(node) : 0;
}

/** Texts become numbers and numbers texts. */
function swappedElement(node: NodeView): number {
  return node.input(0)?.element === elements.string ? elements.int64 : elements.string;
}

function vectorizer(node: NodeView): ReturnType<Rule> {
  const widths = node.integers('inputdimensions');
  const rows = rowsOf(node);
  const width = widths?.reduce((sum, each) => sum + each, 0);
  return [tensor(elements.float, rows && width !== undefined ? [...rows, width] : null)];
}

function zipMap(node: NodeView): ReturnType<Rule> {
  const key = node.node.attributes.get('classlabels_strings')?.texts
    ? elements.string
    : elements.int64;
  const value: OnnxType = tensor(elements.float, []);
  return [{ kind: 'sequence', element: { kind: 'map', key, value } }];
}

/** The rows of a table; one row by itself has no place for them. */
function rowsOf(node: NodeView): Shape | null {
  const shape = node.input(0)?.shape;
  return shape?.length === 2 ? shape.slice(0, 1) : null;
}
