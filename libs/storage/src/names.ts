import { InvalidName } from './errors.ts';

/** The 64 digits of a digest; throws InvalidName, so that nothing else ever becomes part of a path. */
export function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new InvalidName(`not a digest: ${JSON.stringify(digest)}`);
  return hex;
}

/** The key itself when it is one that a store gave; throws InvalidName. */
export function checkedKey(key: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key))
    throw new InvalidName(`not a key of received bytes: ${JSON.stringify(key)}`);
  return key;
}

/** Throws RangeError when the range does not lie within the blob. */
export function checkRange(
  { start, end }: { start: number; end: number },
  sizeBytes: number,
): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || end < start || end > sizeBytes)
    throw new RangeError(`bytes ${start} to ${end} do not lie within ${sizeBytes}`);
}
