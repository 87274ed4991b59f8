import { type ContractFault, InvalidContract } from '../invalid-contract.ts';
import { parseContract } from '../parse-contract.ts';
import type { Signature } from '../signature.ts';
import { parseTextMessage, type TextField, type TextMessage } from './text-message.ts';

/**
 * The signature of a `contract.prototxt` of Hydrosphere: a ModelSignature (3.x) or one wrapped in a ModelContract (2.x).
 * @throws InvalidContract with the line of each fault
 */
export function parseContractPrototxt(text: string, source = 'contract.prototxt'): Signature {
  const faults: ContractFault[] = [];
  const root = parseTextMessage(text, faults);
  const wrapped = root.fields.find(({ name }) => name === 'predict');
  if (wrapped) expectOnly(root, ['model_name', 'predict'], faults);
  const signature = wrapped ? messageOf(wrapped, faults) : root;
  const json = signatureJson(signature, faults);
  if (faults.length > 0) throw new InvalidContract(source, faults);
  return parseContract(json, source);
}

function signatureJson(message: TextMessage, faults: ContractFault[]): object {
  expectOnly(message, ['signature_name', 'inputs', 'outputs'], faults);
  const side = (name: string) =>
    allOf(message, name).map((field) => fieldJson(messageOf(field, faults), faults));
  return {
    name: textOf(message, 'signature_name', faults) ?? '',
    inputs: side('inputs'),
    outputs: side('outputs'),
  };
}

function fieldJson(message: TextMessage, faults: ContractFault[]): object {
  expectOnly(message, ['name', 'shape', 'dtype', 'profile', 'subfields'], faults);
  const [shape] = allOf(message, 'shape');
  const [subfields] = allOf(message, 'subfields');
  const dtype = textOf(message, 'dtype', faults);
  const profile = textOf(message, 'profile', faults);
  return {
    name: textOf(message, 'name', faults) || null,
    dtype: subfields ? 'DT_MAP' : dtype === undefined || dtype === 'DT_INVALID' ? null : dtype,
    shape: shape ? shapeJson(messageOf(shape, faults), faults) : null,
    ...(profile !== undefined && { profile }),
    ...(subfields && { fields: subfieldsJson(messageOf(subfields, faults), faults) }),
  };
}

function subfieldsJson(message: TextMessage, faults: ContractFault[]): object[] {
  expectOnly(message, ['data'], faults);
  return allOf(message, 'data').map((field) => fieldJson(messageOf(field, faults), faults));
}

/** `dims: -1` in 3.x, `dim { size: -1 }` in 2.x. */
function shapeJson(message: TextMessage, faults: ContractFault[]): number[] | null {
  expectOnly(message, ['dims', 'dim', 'unknown_rank'], faults);
  if (textOf(message, 'unknown_rank', faults) === 'true') return null;
  const sizes = allOf(message, 'dim').flatMap((dim) => {
    const inner = messageOf(dim, faults);
    expectOnly(inner, ['size', 'name'], faults);
    const [size] = allOf(inner, 'size');
    return size ? [size] : [{ ...dim, value: '0' }];
  });
  return [...allOf(message, 'dims'), ...sizes].map((field) => numberOf(field, faults));
}

function allOf({ fields }: TextMessage, name: string): readonly TextField[] {
  return fields.filter((field) => field.name === name);
}

function textOf(message: TextMessage, name: string, faults: ContractFault[]): string | undefined {
  const field = allOf(message, name).at(-1);
  if (typeof field?.value === 'string') return field.value;
  if (field) faults.push({ line: field.line, message: `'${name}' takes a value, not a message` });
  return undefined;
}

function messageOf({ name, line, value }: TextField, faults: ContractFault[]): TextMessage {
  if (typeof value !== 'string') return value;
  faults.push({ line, message: `'${name}' takes a message in braces` });
  return { line, fields: [] };
}

function numberOf({ name, line, value }: TextField, faults: ContractFault[]): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
  if (number === undefined) faults.push({ line, message: `'${name}' takes a whole number` });
  return number ?? 0;
}

function expectOnly(message: TextMessage, names: readonly string[], faults: ContractFault[]): void {
  for (const { name, line } of message.fields)
    if (!names.includes(name))
      faults.push({ line, message: `'${name.slice(0, 40)}' is no field here` });
}
