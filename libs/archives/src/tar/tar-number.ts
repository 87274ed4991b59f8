const BINARY = 0x80;

/**
 * Of a numeric field: octal digits between spaces or NULs, or GNU's base 256 when the first bit is set. Nothing is 0.
 * `undefined` for what is negative, above 2^53 or no number.
 */
export function numberIn(field: Buffer): number | undefined {
  const first = field[0] ?? 0;
  return first >= BINARY ? base256(field, first) : octal(field);
}

function octal(field: Buffer): number | undefined {
  const digits = /^[ \0]*([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits || '0', 8);
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
