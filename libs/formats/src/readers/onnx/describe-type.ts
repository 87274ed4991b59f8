import { elementName } from './element-types.ts';
import type { OnnxType } from './onnx-model.ts';

/** As ONNX Runtime prints it: `seq(map(string,tensor(float)))`. */
export function describeType(type: OnnxType | undefined): string {
  if (type === undefined) return 'unknown';
  switch (type.kind) {
    case 'tensor':
      return `tensor(${elementName(type.element)})`;
    case 'sparse':
      return `sparse_tensor(${elementName(type.element)})`;
    case 'sequence':
      return `seq(${describeType(type.element)})`;
    case 'optional':
      return `optional(${describeType(type.element)})`;
    case 'map':
      return `map(${elementName(type.key)},${describeType(type.value)})`;
    case 'opaque':
      return 'opaque';
  }
}
