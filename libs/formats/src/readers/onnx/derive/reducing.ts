import { broadcastShapes } from './elementwise.ts';
import { elements, type NodeView, placeOf, type Rule, type Shape, tensor } from './node-view.ts';
import { onShape } from './shaping.ts';

const reductions = [
  'ReduceMean',
  'ReduceSum',
  'ReduceMax',
  'ReduceMin',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceSumSquare',
];

/** Operators that fold dimensions, and products of matrices. */
export const reducing: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...reductions.map((name) => [name, onShape(reduced)] as const),
  ['ArgMax', argument],
  ['ArgMin', argument],
  ['MatMul', matMul],
  ['Gemm', gemm],
]);

function reduced(shape: Shape, node: NodeView): Shape | null {
  const axes = node.has(1) ? node.constant(1) : node.integers('axes');
  if (node.has(1) && !axes) return null;
  if (!axes?.length && node.integer('noop_with_empty_axes', 0) !== 0) return shape;
  return folded(shape, axes ?? [], node);
}

/** @param axes all of them where empty */
function folded(shape: Shape, axes: readonly number[], node: NodeView): Shape {
  const places = new Set(axes.map((axis) => placeOf(axis, shape.length)));
  const isFolded = (place: number) => axes.length === 0 || places.has(place);
  return node.integer('keepdims', 1) === 0
    ? shape.filter((_, place) => !isFolded(place))
    : shape.map((extent, place) => (isFolded(place) ? 1 : extent));
}

function argument(node: NodeView): ReturnType<Rule> {
  const shape = node.input(0)?.shape;
  return [tensor(elements.int64, shape ? folded(shape, [node.integer('axis', 0)], node) : null)];
}

/** Numpy's matmul; its stacks of matrices broadcast. */
function matMul(node: NodeView): ReturnType<Rule> {
  const [a, b] = node.inputs;
  const element = a?.element ?? b?.element ?? 0;
  if (!a?.shape || !b?.shape || a.shape.length === 0 || b.shape.length === 0)
    return [tensor(element, null)];
  const rows = a.shape.length > 1 ? a.shape.slice(-2, -1) : [];
  const columns = b.shape.length > 1 ? b.shape.slice(-1) : [];
  const stack = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  return [tensor(element, stack && [...stack, ...rows, ...columns])];
}

function gemm(node: NodeView): ReturnType<Rule> {
  const [a, b] = node.inputs;
  const element = a?.element ?? b?.element ?? 0;
  const rows = a?.shape?.[node.integer('transA', 0) === 0 ? 0 : 1];
  const columns = b?.shape?.[node.integer('transB', 0) === 0 ? 1 : 0];
  const known = rows !== undefined && columns !== undefined;
  return [tensor(element, known ? [rows, columns] : null)];
}
