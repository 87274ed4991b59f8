import { hydrosphere } from '@floe/proto';

import { dtypeOfNumber } from '../dtype.ts';
import { InvalidContract } from '../invalid-contract.ts';
import { parseContract } from '../parse-contract.ts';
import { profileOfNumber } from '../profile.ts';
import type { Signature } from '../signature.ts';

const v3 = hydrosphere.serving.contract;
const v2 = hydrosphere.contract;
/** As protobufjs reads 64-bit numbers. */
type Dims = readonly (number | { toNumber(): number })[];

interface WireField {
  readonly name: string;
  readonly dims: Dims | undefined;
  readonly dtype: number;
  readonly profile: number;
  readonly subfields: readonly WireField[] | undefined;
}

interface WireSignature {
  readonly signatureName: string;
  readonly inputs: readonly WireField[];
  readonly outputs: readonly WireField[];
}

/**
 * The signature of a `contract.protobin` of Hydrosphere 3.x or 2.x. Only a 3.x ModelSignature has a field 3 at its
 * top (outputs), and every signature has outputs: that tells them apart.
 * @throws InvalidContract
 */
export function decodeContractProtobin(bytes: Uint8Array, source = 'contract.protobin'): Signature {
  const { signatureName, inputs, outputs } = decoded(bytes, source);
  return parseContract(
    { name: signatureName, inputs: inputs.map(jsonOf), outputs: outputs.map(jsonOf) },
    source,
  );
}

function decoded(bytes: Uint8Array, source: string): WireSignature {
  try {
    const newer = v3.ModelSignature.decode(bytes);
    if (newer.outputs.length > 0) return fromV3(newer);
  } catch {
    // A 2.x contract read as 3.x breaks or has no outputs: both mean that it is to be read as 2.x.
  }
  try {
    const { predict } = v2.ModelContract.decode(bytes);
    if (predict) return fromV2(predict);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidContract(source, [{ message: `it is damaged: ${reason}` }]);
  }
  throw new InvalidContract(source, [{ message: 'it holds no signature' }]);
}

function fromV3(signature: hydrosphere.serving.contract.IModelSignature): WireSignature {
  const field = (wire: hydrosphere.serving.contract.IModelField): WireField => ({
    name: wire.name ?? '',
    dims: wire.shape ? (wire.shape.dims ?? []) : undefined,
    dtype: wire.dtype ?? 0,
    profile: wire.profile ?? 0,
    subfields: wire.subfields?.data?.map(field),
  });
  return {
    signatureName: signature.signatureName ?? '',
    inputs: signature.inputs?.map(field) ?? [],
    outputs: signature.outputs?.map(field) ?? [],
  };
}

function fromV2(signature: hydrosphere.contract.IModelSignature): WireSignature {
  const field = (wire: hydrosphere.contract.IModelField): WireField => ({
    name: wire.name ?? '',
    dims:
      wire.shape && !wire.shape.unknownRank
        ? (wire.shape.dim?.map(({ size }) => size ?? 0) ?? [])
        : undefined,
    dtype: wire.dtype ?? 0,
    profile: wire.profile ?? 0,
    subfields: wire.subfields?.data?.map(field),
  });
  return {
    signatureName: signature.signatureName ?? '',
    inputs: signature.inputs?.map(field) ?? [],
    outputs: signature.outputs?.map(field) ?? [],
  };
}

function jsonOf({ name, dims, dtype, profile, subfields }: WireField): object {
  return {
    name: name || null,
    dtype: subfields ? 'DT_MAP' : dtype === 0 ? null : (dtypeOfNumber(dtype) ?? `number ${dtype}`),
    shape: dims?.map((extent) => (typeof extent === 'number' ? extent : extent.toNumber())) ?? null,
    ...(profile !== 0 && { profile: profileOfNumber(profile) ?? `number ${profile}` }),
    ...(subfields && { fields: subfields.map(jsonOf) }),
  };
}
