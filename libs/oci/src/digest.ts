import { createHash, type Hash } from 'node:crypto';

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** The SHA-256 digest of the bytes, as OCI writes it. */
export function digestOf(bytes: Uint8Array): string {
  return digestFrom(createHash('sha256').update(bytes));
}

/** The digest out of a SHA-256 that has seen all bytes; the hash cannot be used again. */
export function digestFrom(hash: Hash): string {
  return `sha256:${hash.digest('hex')}`;
}

export function isDigest(text: string): boolean {
  return SHA256.test(text);
}
