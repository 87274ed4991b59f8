import { ManifestInvalid } from './errors.ts';

const DEEPEST = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set(Buffer.from('[{'));
const CLOSING = new Set(Buffer.from(']}'));

/** Parses an untrusted JSON document of valid UTF-8, nested at most 64 deep. Throws ManifestInvalid. */
export function parseJson(bytes: Uint8Array): unknown {
  if (depthOf(bytes) > DEEPEST) throw new ManifestInvalid(`nested more than ${DEEPEST} deep`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new ManifestInvalid('not a JSON document', { cause: error });
  }
}

/** In one pass over the bytes and before any of them is given a meaning. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) inString = !inString;
    else if (inString) at += byte === BACKSLASH ? 1 : 0;
    else if (OPENING.has(byte)) deepest = Math.max(deepest, (depth += 1));
    else if (CLOSING.has(byte)) depth -= 1;
  }
  return deepest;
}
