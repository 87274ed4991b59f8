import { type Field, FIELDS } from '../tar/ustar-header.ts';

export function textIn(block: Buffer, { offset, length }: Field): string {
  const field = block.toString('latin1', offset, offset + length);
  const end = field.indexOf('\0');
  return end === -1 ? field : field.slice(0, end);
}

/** `undefined` for what is not zero-padded octal digits up to a NUL that fills the field. */
export function octalIn(block: Buffer, field: Field): number | undefined {
  const digits = textIn(block, field);
  return digits.length === field.length - 1 && /^[0-7]+$/.test(digits)
    ? Number.parseInt(digits, 8)
    : undefined;
}

/** The name of the field in which two blocks differ first. */
export function differingField(one: Buffer, other: Buffer): string | undefined {
  return Object.entries(FIELDS).find(([, { offset, length }]) => {
    const end = offset + length;
    return !one.subarray(offset, end).equals(other.subarray(offset, end));
  })?.[0];
}
