import { type PartUpload, partCount } from '@floe/storage';

/** An upload in parts. A part that was received never changes, so that what was hashed stays what it was. */
export interface UploadSession extends PartUpload {
  readonly id: string;
  readonly team: string;
  /** The digest that it was begun for, where the caller knew it; proven by nobody. */
  readonly wanted: string | undefined;
  readonly state: SessionState;
  readonly touchedAt: Date;
}

/** From `sealed` on all parts are there; from `proven` on they are known to have the digest. */
export type SessionState =
  | { readonly kind: 'open' }
  | { readonly kind: 'sealed'; readonly digest: string }
  | { readonly kind: 'proven'; readonly digest: string }
  | { readonly kind: 'present'; readonly digest: string }
  | { readonly kind: 'dead'; readonly refusal: Refusal };

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Number → CRC-32 as 8 hexadecimal digits. */
export type ReceivedParts = ReadonlyMap<number, string>;

/** An upload that nobody went on with for so long is forgotten. */
export const KEPT_MS = 24 * 60 * 60 * 1_000;
/** As the public API promises. */
export const PART_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 1_000;

/** As many times the usual part as it takes to have at most 1,000 of them. */
export function partSizeOf(sizeBytes: number, usualBytes: number): number {
  return usualBytes * Math.max(1, Math.ceil(sizeBytes / (usualBytes * MOST_PARTS)));
}

export function missingParts(session: UploadSession, received: ReceivedParts): readonly number[] {
  const numbers = Array.from({ length: partCount(session) }, (_, index) => index + 1);
  return numbers.filter((number) => !received.has(number));
}
