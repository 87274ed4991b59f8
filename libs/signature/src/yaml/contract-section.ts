import { contractSchema } from '../contract-schema.ts';
import { parseDtype, unknownDtypeMessage } from '../dtype.ts';
import { parseProfile, unknownProfileMessage } from '../profile.ts';
import { defaultSignatureName, type Field, type Signature } from '../signature.ts';
import type { Located } from './located.ts';
import type { MapReader } from './map-reader.ts';
import { placeholder } from './placeholder.ts';

/** A `contract:` section: `name`, and `inputs` and `outputs` as mappings from field name to shape, type and profile. */
export function contractOf(section: MapReader): Signature | undefined {
  section.expectOnly(['name', 'inputs', 'outputs']);
  const contract: Signature = {
    name: section.text('name') ?? defaultSignatureName,
    inputs: sideOf(section, 'inputs'),
    outputs: sideOf(section, 'outputs'),
  };
  const { success, data, error } = contractSchema.safeParse(contract);
  if (success) return data;
  for (const { path, message } of error.issues)
    section.fault(path.map(String).join('.'), section, `is refused: ${message}`);
  return undefined;
}

function sideOf(section: MapReader, side: string): Field[] {
  const fields = section.map(side);
  if (!fields) {
    section.fault(side, section, 'is missing');
    return [];
  }
  if (fields.keys.length === 0) section.fault(side, fields, 'names no field');
  return fieldsOf(fields);
}

function fieldsOf(fields: MapReader): Field[] {
  return fields.keys.map((name) => {
    const field = fields.map(name);
    return field ? fieldOf(name, field) : { name, dtype: null, shape: null };
  });
}

function fieldOf(name: string, field: MapReader): Field {
  field.expectOnly(['shape', 'type', 'profile', 'optional', 'fields']);
  const entries = field.map('fields');
  const profile = field.text('profile');
  const parsedProfile = profile === undefined ? undefined : parseProfile(profile);
  if (profile !== undefined && !parsedProfile)
    field.fault('profile', field.get('profile') ?? field, `says ${unknownProfileMessage(profile)}`);
  return {
    name,
    dtype: entries ? 'DT_MAP' : dtypeOf(field),
    shape: shapeOf(field),
    ...(field.flag('optional') && { optional: true }),
    ...(parsedProfile && { profile: parsedProfile }),
    ...(entries && { fields: fieldsOf(entries) }),
  };
}

function dtypeOf(field: MapReader): Field['dtype'] {
  const text = field.text('type');
  if (text === undefined) return null;
  const dtype = parseDtype(text);
  if (dtype) return dtype;
  const why =
    text === placeholder ? 'is still to be filled in' : `says ${unknownDtypeMessage(text)}`;
  field.fault('type', field.get('type') ?? field, why);
  return null;
}

/** A list of whole numbers, or the word `scalar`. */
function shapeOf(field: MapReader): Field['shape'] {
  const node = field.get('shape');
  if (node === undefined) return null;
  if (node.kind === 'scalar' && node.value === 'scalar') return [];
  if (node.kind === 'list' && node.items.every(isExtent)) return node.items.map(extentOf);
  const isOpen = node.kind === 'scalar' && node.value === placeholder;
  const why = isOpen ? 'is still to be filled in' : 'is a list of sizes such as [-1, 4], or scalar';
  field.fault('shape', node, why);
  return null;
}

function isExtent(node: Located): boolean {
  return node.kind === 'scalar' && Number.isSafeInteger(node.value) && Number(node.value) >= -1;
}

function extentOf(node: Located): number {
  return node.kind === 'scalar' ? Number(node.value) : -1;
}
