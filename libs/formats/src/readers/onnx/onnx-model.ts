/** What is kept of an ONNX file. Field numbers of all messages: onnx.proto of ONNX 1.x. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  /** From domain ('' is ai.onnx) to version. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: OnnxGraph;
  readonly hasTraining: boolean;
  /** `domain:name` to body. */
  readonly functions: ReadonlyMap<string, OnnxFunction>;
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly intermediates: readonly OnnxValue[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly nodes: readonly OnnxNode[];
  /** Paths of side files that hold weights, as the file writes them. */
  readonly externalPaths: ReadonlySet<string>;
}

export interface OnnxValue {
  readonly name: string;
  /** Absent: the file gives none. */
  readonly type?: OnnxType;
}

export type OnnxType =
  | {
      readonly kind: 'tensor' | 'sparse';
      /** Number of TensorProto.DataType; 0 is undefined. */
      readonly element: number;
      /** -1 is free; `null`: not even the rank is given. */
      readonly shape: readonly number[] | null;
    }
  | { readonly kind: 'sequence'; readonly element: OnnxType | undefined }
  | { readonly kind: 'optional'; readonly element: OnnxType | undefined }
  | { readonly kind: 'map'; readonly key: number; readonly value: OnnxType | undefined }
  | { readonly kind: 'opaque' };

export interface OnnxTensor {
  readonly element: number;
  readonly shape: readonly number[];
  /** Only of short integer tensors: they are shapes and axes. */
  readonly integers?: readonly number[];
}

export interface OnnxNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxAttribute {
  readonly integer?: number;
  readonly integers?: readonly number[];
  /** The same where some are beyond 2^53: those as text. */
  readonly exactIntegers?: readonly (number | string)[];
  readonly text?: string;
  readonly texts?: readonly string[];
  readonly tensor?: OnnxTensor;
  /** In a function: the caller's attribute that stands here. */
  readonly reference?: string;
}

export interface OnnxFunction {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
}
