/** Rules that need no parser of YAML or protobuf: who only applies them starts without. */
export { InvalidContract } from './invalid-contract.ts';
export { Payload, servingFiles } from './yaml/payload.ts';
export { type PayloadFault, PayloadInvalid } from './yaml/payload-invalid.ts';
