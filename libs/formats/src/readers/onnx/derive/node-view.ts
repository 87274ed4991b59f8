import type { OnnxNode, OnnxType } from '../onnx-model.ts';

export type Shape = readonly number[];

/** A tensor of which the shape may be open: `null` is not even the rank, -1 a free extent. */
export interface Tensor {
  readonly element: number;
  readonly shape: Shape | null;
}

/** What follows for the outputs of a node; `undefined` where nothing does. */
export type Rule = (node: NodeView) => readonly (OnnxType | undefined)[];

/** A node together with what is known of its inputs. */
export class NodeView {
  readonly node: OnnxNode;
  private readonly types: ReadonlyMap<string, OnnxType>;
  private readonly constants: ReadonlyMap<string, readonly number[]>;

  constructor(
    node: OnnxNode,
    types: ReadonlyMap<string, OnnxType>,
    constants: ReadonlyMap<string, readonly number[]>,
  ) {
    this.node = node;
    this.types = types;
    this.constants = constants;
  }

  get inputs(): readonly (Tensor | undefined)[] {
    return this.node.inputs.map((_, index) => this.input(index));
  }

  /** The type of an input that is a tensor. */
  input(index: number): Tensor | undefined {
    const type = this.types.get(this.node.inputs[index] ?? '');
    return type?.kind === 'tensor' ? type : undefined;
  }

  /** Whether an optional input is given at all. */
  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  /** The value of an input that is the same in every call. */
  constant(index: number): readonly number[] | undefined {
    return this.constants.get(this.node.inputs[index] ?? '');
  }

  integer(name: string, otherwise: number): number {
    return this.node.attributes.get(name)?.integer ?? otherwise;
  }

  integers(name: string): readonly number[] | undefined {
    return this.node.attributes.get(name)?.integers;
  }

  text(name: string, otherwise: string): string {
    return this.node.attributes.get(name)?.text ?? otherwise;
  }
}

export function tensor(element: number, shape: Shape | null): OnnxType {
  return { kind: 'tensor', element, shape };
}

/** The place that an axis means: negative ones count from the end. */
export function placeOf(axis: number, rank: number): number | undefined {
  const place = axis < 0 ? axis + rank : axis;
  return Number.isInteger(place) && place >= 0 && place < rank ? place : undefined;
}

/** -1 as soon as one of the extents is free. */
export function productOf(extents: Shape): number {
  return extents.some((extent) => extent < 0)
    ? -1
    : extents.reduce((product, extent) => product * extent, 1);
}

/** Numbers of TensorProto.DataType that rules give by themselves. */
export const elements = { float: 1, int64: 7, string: 8, bool: 9 } as const;
