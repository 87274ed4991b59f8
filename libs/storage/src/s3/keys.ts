import { hexOf } from '../names.ts';

/** Holds bytes, written once. */
export function objectKey(key: string): string {
  return `objects/${key}`;
}

export function indexKey(key: string): string {
  return `indexes/${key}`;
}

export function markerKey(key: string): string {
  return `received/${key}`;
}

/** Throws InvalidName for a digest that is none. */
export function blobKey(digest: string): string {
  const hex = hexOf(digest);
  return `blobs/sha256/${hex.slice(0, 2)}/${hex}`;
}
