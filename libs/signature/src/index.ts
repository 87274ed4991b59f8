export { contractSchema } from './contract-schema.ts';
export { type Dtype, parseDtype } from './dtype.ts';
export type { CellEvidence, Evidence, EvidenceStatus } from './evidence.ts';
export { type ContractFault, InvalidContract } from './invalid-contract.ts';
export {
  decideOutcome,
  type InferredSignature,
  type Outcome,
  type OutcomeQuestion,
  type ReadingFailure,
} from './outcome/decide-outcome.ts';
export type { DeclaredContract } from './outcome/refine-signature.ts';
export { parseContract } from './parse-contract.ts';
export type { Profile } from './profile.ts';
export {
  type Cell,
  cells,
  defaultSignatureName,
  type Field,
  type Pointer,
  pointerTo,
  type Side,
  sides,
  type Signature,
} from './signature.ts';
export { type Verdict, verdictOf } from './verdict.ts';
export type { Warning } from './warning.ts';
export { contractYamlOf } from './yaml/contract-yaml-of.ts';
export { decodeContractProtobin } from './protobin/decode-contract.ts';
export { encodeContractProtobin } from './protobin/encode-contract.ts';
export { parseContractPrototxt } from './prototxt/parse-contract-prototxt.ts';
export { parseServingYaml, type ServingModel } from './yaml/parse-serving-yaml.ts';
export { Payload, servingFiles } from './yaml/payload.ts';
export { type PayloadFault, PayloadInvalid } from './yaml/payload-invalid.ts';
