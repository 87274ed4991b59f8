import type { Dtype } from '../dtype.ts';
import type { Field } from '../signature.ts';
import type { Level } from './difference.ts';

const families: readonly (readonly Dtype[])[] = [
  ['DT_HALF', 'DT_BFLOAT16', 'DT_FLOAT', 'DT_DOUBLE'],
  ['DT_INT8', 'DT_INT16', 'DT_INT32', 'DT_INT64'],
  ['DT_UINT8', 'DT_UINT16', 'DT_UINT32', 'DT_UINT64'],
  ['DT_COMPLEX64', 'DT_COMPLEX128'],
];

/** What differs between the dtypes of two fields, and how much it matters. */
export function compareDtypes(
  declared: Field,
  inferred: Field,
  status: { readonly known: boolean; readonly strong: boolean },
): { readonly level: Level; readonly message: string } | undefined {
  if (declared.dtype === null || declared.dtype === inferred.dtype) return undefined;
  const level = status.strong ? 'error' : 'warn';
  if (inferred.dtype === null) {
    if (status.known && !isStructured(declared.dtype))
      return { level, message: `the contract says ${declared.dtype}, the model gives a structure` };
    return { level: 'info', message: `${declared.dtype} is taken from the contract` };
  }
  if (declared.dtype === 'DT_ANY') return undefined;
  const cast = isSameFamily(declared.dtype, inferred.dtype) ? ' (cast it before the call)' : '';
  return {
    level,
    message: `the contract says ${declared.dtype}, the model has ${inferred.dtype}${cast}`,
  };
}

function isStructured(dtype: Dtype): boolean {
  return dtype === 'DT_MAP' || dtype === 'DT_ANY' || dtype === 'DT_VARIANT';
}

function isSameFamily(a: Dtype, b: Dtype): boolean {
  return families.some((family) => family.includes(a) && family.includes(b));
}
