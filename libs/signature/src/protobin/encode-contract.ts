import { hydrosphere } from '@floe/proto';

import { dtypeNumbers } from '../dtype.ts';
import { profileNumbers } from '../profile.ts';
import type { Field, Signature } from '../signature.ts';

const { ModelSignature } = hydrosphere.serving.contract;
type WireField = hydrosphere.serving.contract.IModelField;

const invalid = 0;
/** Hydrosphere's clients have no names for these numbers and break on them. */
const unreadable = new Set<string>(['DT_BFLOAT16', 'DT_RESOURCE', 'DT_VARIANT']);

/**
 * `/model/contract.protobin`: a ModelSignature of Hydrosphere 3.x. Equal signatures give equal bytes. An unknown name
 * is written `input_0`, `output_0` …, an unknown dtype DT_INVALID, an unknown shape is left out.
 */
export function encodeContractProtobin({ name, inputs, outputs }: Signature): Uint8Array {
  return ModelSignature.encode({
    signatureName: name,
    inputs: wireFields(inputs, 'input'),
    outputs: wireFields(outputs, 'output'),
  }).finish();
}

function wireFields(fields: readonly Field[], word: string): WireField[] {
  return fields.map((field, index) => ({
    name: field.name ?? `${word}_${index}`,
    ...(field.shape && { shape: { dims: [...field.shape] } }),
    ...typeOf(field),
    ...(field.profile && field.profile !== 'NONE' && { profile: profileNumbers[field.profile] }),
  }));
}

function typeOf({ dtype, fields }: Field): Pick<WireField, 'dtype' | 'subfields'> {
  if (fields) return { subfields: { data: wireFields(fields, 'field') } };
  return { dtype: dtype === null || unreadable.has(dtype) ? invalid : dtypeNumbers[dtype] };
}
