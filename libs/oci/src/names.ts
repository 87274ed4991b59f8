import { NameInvalid } from './errors.ts';

/** The patterns of distribution-spec 1.1, "Pulling manifests"; each of them takes linear time. */
const REPOSITORY =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

const LONGEST_REPOSITORY = 255;
const LONGEST_DIGEST = 'sha512:'.length + 128;

/** Throws NameInvalid. */
export function parseRepository(text: string): string {
  if (text.length > LONGEST_REPOSITORY || !REPOSITORY.test(text)) {
    throw new NameInvalid('repository', text);
  }
  return text;
}

/** Throws NameInvalid. */
export function parseTag(text: string): string {
  if (!TAG.test(text)) throw new NameInvalid('tag', text);
  return text;
}

/** Takes the two algorithms that OCI registers. Throws NameInvalid. */
export function parseDigest(text: string): string {
  if (text.length > LONGEST_DIGEST || !DIGEST.test(text)) throw new NameInvalid('digest', text);
  return text;
}
