import type { Dtype } from '@floe/signature';

/** TensorProto.DataType; `undefined` where Hydrosphere has no word for it. */
const elements = new Map<number, { readonly name: string; readonly dtype?: Dtype }>([
  [1, { name: 'float', dtype: 'DT_FLOAT' }],
  [2, { name: 'uint8', dtype: 'DT_UINT8' }],
  [3, { name: 'int8', dtype: 'DT_INT8' }],
  [4, { name: 'uint16', dtype: 'DT_UINT16' }],
  [5, { name: 'int16', dtype: 'DT_INT16' }],
  [6, { name: 'int32', dtype: 'DT_INT32' }],
  [7, { name: 'int64', dtype: 'DT_INT64' }],
  [8, { name: 'string', dtype: 'DT_STRING' }],
  [9, { name: 'bool', dtype: 'DT_BOOL' }],
  [10, { name: 'float16', dtype: 'DT_HALF' }],
  [11, { name: 'double', dtype: 'DT_DOUBLE' }],
  [12, { name: 'uint32', dtype: 'DT_UINT32' }],
  [13, { name: 'uint64', dtype: 'DT_UINT64' }],
  [14, { name: 'complex64', dtype: 'DT_COMPLEX64' }],
  [15, { name: 'complex128', dtype: 'DT_COMPLEX128' }],
  [16, { name: 'bfloat16', dtype: 'DT_BFLOAT16' }],
  [17, { name: 'float8e4m3fn' }],
  [18, { name: 'float8e4m3fnuz' }],
  [19, { name: 'float8e5m2' }],
  [20, { name: 'float8e5m2fnuz' }],
  [21, { name: 'uint4' }],
  [22, { name: 'int4' }],
  [23, { name: 'float4e2m1' }],
]);

export function dtypeOfElement(element: number): Dtype | null {
  return elements.get(element)?.dtype ?? null;
}

/** As ONNX Runtime prints it. */
export function elementName(element: number): string {
  return elements.get(element)?.name ?? `type ${element}`;
}
