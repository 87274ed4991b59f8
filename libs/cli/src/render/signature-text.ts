import type { Field, Signature } from '@floe/client';

const names: ReadonlyMap<string, string> = new Map([
  ['DT_FLOAT', 'float32'],
  ['DT_DOUBLE', 'float64'],
  ['DT_HALF', 'float16'],
  ['DT_BFLOAT16', 'bfloat16'],
]);

const MOST_FIELDS = 8;

/** `x float32[-1, 4] → y int64[-1]`; `?` where nothing is known. Of many fields the first are named. */
export function signatureText({ inputs, outputs }: Signature): string {
  return `${fieldsText(inputs)} → ${fieldsText(outputs)}`;
}

function fieldsText(fields: readonly Field[]): string {
  if (fields.length === 0) return '()';
  const named = fields.slice(0, MOST_FIELDS).map(fieldText).join(', ');
  return fields.length > MOST_FIELDS ? `${named} and ${fields.length - MOST_FIELDS} more` : named;
}

function fieldText({ name, dtype, shape, optional }: Field): string {
  const dimensions = shape === null ? '?' : shape.join(', ');
  return `${name ?? '?'} ${dtypeText(dtype)}[${dimensions}]${optional ? '?' : ''}`;
}

function dtypeText(dtype: string | null): string {
  if (dtype === null) return '?';
  return names.get(dtype) ?? dtype.replace(/^DT_/, '').toLowerCase();
}
