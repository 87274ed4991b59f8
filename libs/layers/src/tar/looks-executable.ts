/** As many first bytes as `looksExecutable` needs to decide. */
export const MAGIC_BYTES = 4;

const SHEBANG = Buffer.from('#!');
const ELF = Buffer.from('\x7fELF');

/** Content decides, so that every machine agrees. `start` is the first bytes of a file. */
export function looksExecutable(start: Uint8Array): boolean {
  return beginsWith(start, SHEBANG) || beginsWith(start, ELF);
}

function beginsWith(start: Uint8Array, magic: Buffer): boolean {
  return magic.equals(start.subarray(0, magic.length));
}
