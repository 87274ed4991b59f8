import {
  elements,
  type NodeView,
  placeOf,
  productOf,
  type Rule,
  type Shape,
  tensor,
} from './node-view.ts';

/** Operators that move, join and cut dimensions. */
export const shaping: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Flatten', onShape(flattened)],
  ['Transpose', onShape(transposed)],
  ['Reshape', onShape(reshaped)],
  ['Squeeze', onShape(squeezed)],
  ['Unsqueeze', onShape(unsqueezed)],
  ['Gather', onShape(gathered)],
  ['Concat', concatenated],
  ['Shape', ({ inputs: [input] }) => [tensor(elements.int64, rankOf(input?.shape))]],
  ['Size', () => [tensor(elements.int64, [])]],
  ['NonZero', ({ inputs: [input] }) => [tensor(elements.int64, nonZero(input?.shape))]],
  ['NonMaxSuppression', () => [tensor(elements.int64, [-1, 3])]],
  ['TopK', topK],
]);

/** A rule that keeps the element of the first input. */
export function onShape(change: (shape: Shape, node: NodeView) => Shape | null): Rule {
  return (node) => {
    const input = node.input(0);
    return input ? [tensor(input.element, input.shape && change(input.shape, node))] : [];
  };
}

function rankOf(shape: Shape | null | undefined): Shape {
  return [shape ? shape.length : -1];
}

function nonZero(shape: Shape | null | undefined): Shape {
  return [...rankOf(shape), -1];
}

function flattened(shape: Shape, node: NodeView): Shape | null {
  const axis = node.integer('axis', 1);
  const place = axis < 0 ? axis + shape.length : axis;
  if (place < 0 || place > shape.length) return null;
  return [productOf(shape.slice(0, place)), productOf(shape.slice(place))];
}

function transposed(shape: Shape, node: NodeView): Shape | null {
  const order = node.integers('perm') ?? shape.map((_, place) => shape.length - 1 - place);
  const moved = order.flatMap((place) => shape[place] ?? []);
  return moved.length === shape.length ? moved : null;
}

/** 0 keeps the extent of its place; -1 is what is left. */
function reshaped(shape: Shape, node: NodeView): Shape | null {
  const target = node.constant(1) ?? node.integers('shape');
  if (!target) return null;
  const keepsZero = node.integer('allowzero', 0) !== 0;
  const extents = target.map((extent, place) =>
    extent === 0 && !keepsZero ? (shape[place] ?? -1) : extent,
  );
  const openPlace = target.indexOf(-1);
  if (openPlace < 0) return extents;
  const rest = productOf(extents.filter((_, place) => place !== openPlace));
  const all = productOf(shape);
  const left = all > 0 && rest > 0 && all % rest === 0 ? all / rest : leftOver(shape, target);
  return left === undefined ? null : extents.with(openPlace, left);
}

/** With free dimensions: they cancel out where the target copies them; else what is left is free too. */
function leftOver(shape: Shape, target: Shape): number | undefined {
  const copied = shape.filter((_, place) => target[place] === 0);
  const rest = shape.filter((_, place) => target[place] !== 0);
  const named = target.filter((extent) => extent > 0);
  if (rest.some((extent) => extent < 0)) return -1;
  const left = productOf(rest) / productOf(named);
  return copied.length <= target.length && Number.isInteger(left) ? left : undefined;
}

function axesOf(node: NodeView): readonly number[] | undefined {
  return node.has(1) ? node.constant(1) : node.integers('axes');
}

function squeezed(shape: Shape, node: NodeView): Shape | null {
  const axes = axesOf(node);
  if (!axes) {
    const canTell = !node.has(1) && !shape.includes(-1);
    return canTell ? shape.filter((extent) => extent !== 1) : null;
  }
  const places = new Set(axes.map((axis) => placeOf(axis, shape.length)));
  return shape.filter((_, place) => !places.has(place));
}

function unsqueezed(shape: Shape, node: NodeView): Shape | null {
  const axes = axesOf(node);
  if (!axes) return null;
  const rank = shape.length + axes.length;
  const places = new Set(axes.map((axis) => placeOf(axis, rank)));
  if (places.size !== axes.length || places.has(undefined)) return null;
  const rest = [...shape];
  return Array.from({ length: rank }, (_, place) => (places.has(place) ? 1 : (rest.shift() ?? 1)));
}

function gathered(shape: Shape, node: NodeView): Shape | null {
  const indices = node.input(1)?.shape;
  const place = placeOf(node.integer('axis', 0), shape.length);
  if (!indices || place === undefined) return null;
  return [...shape.slice(0, place), ...indices, ...shape.slice(place + 1)];
}

function concatenated(node: NodeView): ReturnType<Rule> {
  const element = node.inputs.find((input) => input)?.element ?? 0;
  const shapes = node.inputs.map((input) => input?.shape);
  const [start] = shapes;
  const place = start ? placeOf(node.integer('axis', 0), start.length) : undefined;
  if (!start || place === undefined) return [tensor(element, null)];
  let joined: Shape = start.with(place, 0);
  for (const shape of shapes) {
    if (shape?.length !== start.length) return [tensor(element, null)];
    joined = joined.map((extent, at) => {
      const other = shape[at] ?? -1;
      if (at !== place) return extent === -1 ? other : extent;
      return extent < 0 || other < 0 ? -1 : extent + other;
    });
  }
  return [tensor(element, joined)];
}

function topK(node: NodeView): ReturnType<Rule> {
  const input = node.input(0);
  const count = node.has(1) ? node.constant(1)?.[0] : node.integer('k', -1);
  const place = input?.shape && placeOf(node.integer('axis', -1), input.shape.length);
  const known = input?.shape && place !== undefined && place !== null && count !== undefined;
  const shape = known ? input.shape.with(place, count) : null;
  return [tensor(input?.element ?? 0, shape), tensor(elements.int64, shape)];
}
