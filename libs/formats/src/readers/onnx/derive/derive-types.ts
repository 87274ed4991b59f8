import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxType } from '../onnx-model.ts';
import { classical } from './classical.ts';
import { convolving } from './convolving.ts';
import { elementwise } from './elementwise.ts';
import { NodeView, type Rule, tensor } from './node-view.ts';
import { reducing } from './reducing.ts';
import { shaping } from './shaping.ts';

const standard = new Map<string, Rule>([...elementwise, ...shaping, ...reducing, ...convolving]);
const deepestCall = 8;
/** Functions that call functions make a short file long. */
const mostSteps = 1_000_000;

/**
 * The types that follow for the values of a graph: node by node, in the topological order that ONNX demands. Of an
 * operator without a rule nothing follows.
 */
export function deriveTypes(model: OnnxModel): ReadonlyMap<string, OnnxType> {
  const { inputs, intermediates, outputs, initializers, nodes } = model.graph;
  const scope = new Scope(model, { steps: 0 }, 0);
  for (const { name, type } of [...inputs, ...intermediates, ...outputs])
    if (type) scope.types.set(name, type);
  for (const [name, { element, shape, integers }] of initializers) {
    scope.types.set(name, tensor(element, shape));
    const isInput = inputs.some((input) => input.name === name);
    if (integers && !isInput) scope.constants.set(name, integers);
  }
  scope.run(nodes);
  return scope.types;
}

class Scope {
  readonly types = new Map<string, OnnxType>();
  readonly constants = new Map<string, readonly number[]>();
  private readonly model: OnnxModel;
  private readonly count: { steps: number };
  private readonly depth: number;

  constructor(model: OnnxModel, count: { steps: number }, depth: number) {
    this.model = model;
    this.count = count;
    this.depth = depth;
  }

  run(nodes: readonly OnnxNode[]): void {
    for (const node of nodes) {
      this.count.steps += 1;
      if (this.count.steps > mostSteps) return;
      for (const [index, type] of this.outputsOf(node).entries()) {
        const name = node.outputs[index];
        if (name && type && !isKnown(this.types.get(name))) this.types.set(name, type);
      }
    }
  }

  private outputsOf(node: OnnxNode): readonly (OnnxType | undefined)[] {
    if (isStandard(node.domain) && node.operator === 'Constant') return this.constantOf(node);
    const rules = isStandard(node.domain)
      ? standard
      : node.domain === 'ai.onnx.ml'
        ? classical
        : undefined;
    const rule = rules?.get(node.operator);
    if (rule) return rule(new NodeView(node, this.types, this.constants));
    return this.callOf(node);
  }

  private constantOf(node: OnnxNode): readonly (OnnxType | undefined)[] {
    const value = constantValue(node.attributes);
    const [name] = node.outputs;
    if (name && value?.integers) this.constants.set(name, value.integers);
    return value ? [tensor(value.element, value.shape)] : [];
  }

  private callOf(node: OnnxNode): readonly (OnnxType | undefined)[] {
    const body = this.model.functions.get(`${node.domain}:${node.operator}`);
    if (!body || this.depth === deepestCall) return [];
    const inner = new Scope(this.model, this.count, this.depth + 1);
    for (const [index, formal] of body.inputs.entries()) {
      const actual = node.inputs[index] ?? '';
      const type = this.types.get(actual);
      const constant = this.constants.get(actual);
      if (type) inner.types.set(formal, type);
      if (constant) inner.constants.set(formal, constant);
    }
    inner.run(body.nodes.map((each) => bound(each, node.attributes)));
    return body.outputs.map((name) => inner.types.get(name));
  }
}

function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function isKnown(type: OnnxType | undefined): boolean {
  return type !== undefined && (type.kind !== 'tensor' || type.shape !== null);
}

/** Attributes that a function takes from its caller. */
function bound(node: OnnxNode, given: ReadonlyMap<string, OnnxAttribute>): OnnxNode {
  const attributes = new Map<string, OnnxAttribute>();
  for (const [name, attribute] of node.attributes) {
    const value = attribute.reference === undefined ? attribute : given.get(attribute.reference);
    if (value) attributes.set(name, value);
  }
  return { ...node, attributes };
}

function constantValue(attributes: ReadonlyMap<string, OnnxAttribute>): OnnxTensor | undefined {
  const value = attributes.get('value')?.tensor;
  if (value) return value;
  const integer = attributes.get('value_int')?.integer;
  if (integer !== undefined) return { element: 7, shape: [], integers: [integer] };
  const integers = attributes.get('value_ints')?.integers;
  if (integers) return { element: 7, shape: [integers.length], integers };
  return attributes.has('value_float') ? { element: 1, shape: [] } : undefined;
}
