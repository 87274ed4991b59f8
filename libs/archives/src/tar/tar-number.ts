const BINARY = 0x80;

/**
 * Of a numeric field: octal digits between spaces up to a NUL, or GNU's base 256 when the first bit is set. Nothing is 0.
 * `undefined` for what is negative, above 2^53 or no number.
 */
export function numberIn(field: Buffer): number | undefined {
  const first = field[0] ?? 0;
  return first >= BINARY ? base256(field, first) : octal(field);
}

/** What follows a NUL is not looked at. */
function octal(field: Buffer): number | undefined {
  const [digits = ''] = field.toString('latin1').split('\0');
  const text = digits.trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : undefined;
}

/** The second bit is the sign. */
function base256(field: Buffer, first: number): number | undefined {
  let value = first - BINARY;
  for (const byte of field.subarray(1)) {
    value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) return undefined;
  }
  return value;
}
