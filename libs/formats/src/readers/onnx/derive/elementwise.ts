import { elements, type NodeView, type Rule, type Shape, tensor } from './node-view.ts';

const sameAsInput =
  'Identity Relu LeakyRelu PRelu Elu Selu Celu Gelu Sigmoid HardSigmoid HardSwish Swish Mish Softplus Softsign ThresholdedRelu Tanh Softmax LogSoftmax Hardmax Exp Log Sqrt Abs Neg Reciprocal Floor Ceil Round Sign Erf Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Clip Not BitwiseNot CumSum Trilu Dropout BatchNormalization InstanceNormalization LayerNormalization GroupNormalization RMSNormalization LpNormalization MeanVarianceNormalization LRN Shrink ScatterND ScatterElements'.split(
    ' ',
  );
const broadcast = 'Add Sub Mul Div Pow Mod Min Max Sum Mean BitShift'.split(' ');
const compared = 'Equal Greater Less GreaterOrEqual LessOrEqual And Or Xor'.split(' ');

/** Operators that work on each element by itself. */
export const elementwise: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...sameAsInput.map((name) => [name, first] as const),
  ...broadcast.map((name) => [name, broadcastRule()] as const),
  ...compared.map((name) => [name, broadcastRule(elements.bool)] as const),
  ['IsNaN', withElement(() => elements.bool)],
  ['IsInf', withElement(() => elements.bool)],
  ['Cast', withElement((node) => node.integer('to', 0))],
  ['CastLike', withElement((node) => node.input(1)?.element ?? 0)],
  ['Where', where],
]);

function first(node: NodeView): ReturnType<Rule> {
  const input = node.input(0);
  return input ? [tensor(input.element, input.shape)] : [];
}

function withElement(elementOf: (node: NodeView) => number): Rule {
  return (node) => [tensor(elementOf(node), node.input(0)?.shape ?? null)];
}

function broadcastRule(element?: number): Rule {
  return (node) => {
    const shapes = node.inputs.map((input) => input?.shape ?? null);
    const own = element ?? node.input(0)?.element ?? node.input(1)?.element ?? 0;
    return [tensor(own, broadcastShapes(shapes))];
  };
}

function where(node: NodeView): ReturnType<Rule> {
  const element = node.input(1)?.element ?? node.input(2)?.element ?? 0;
  return [tensor(element, broadcastShapes(node.inputs.map((input) => input?.shape ?? null)))];
}

/** Numpy's rule; a free extent beside a 1 stays free, beside another it is that other. */
export function broadcastShapes(shapes: readonly (Shape | null)[]): Shape | null {
  let result: Shape = [];
  for (const shape of shapes) {
    if (shape === null) return null;
    const rank = Math.max(result.length, shape.length);
    const at = (side: Shape, place: number) => side[place - rank + side.length] ?? 1;
    const merged = result;
    result = Array.from({ length: rank }, (_, place) => {
      const a = at(merged, place);
      const b = at(shape, place);
      if (a === 1) return b;
      return b === 1 || b === -1 ? a : b;
    });
  }
  return result;
}
