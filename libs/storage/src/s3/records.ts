import { BlobDamaged } from '../errors.ts';

/** `blobs/sha256/<hh>/<hex>`: what makes a blob. Of a small one it holds the bytes themselves. */
export type Pointer = PointerAway | PointerWith;

/** To an object, and to its index. */
export interface PointerAway {
  readonly key: string;
  readonly sizeBytes: number;
  readonly index: boolean;
}

export interface PointerWith {
  readonly bytes: Buffer;
  readonly sizeBytes: number;
  readonly index: Buffer | undefined;
}

/** `received/<key>`: there from before the first byte until after the pointer, so that a sweep knows what to look at. */
export interface Marker {
  readonly uploadId?: string;
  /** Under which it is being published. */
  readonly digest?: string;
}

export function parsePointer(text: Buffer, digest: string): Pointer {
  const { key, sizeBytes, index, bytes } = parse(text, digest);
  if (typeof key === 'string' && typeof sizeBytes === 'number' && typeof index === 'boolean')
    return { key, sizeBytes, index };
  const within = bufferOf(bytes);
  if (within !== undefined && within.length === sizeBytes)
    return { bytes: within, sizeBytes, index: bufferOf(index) };
  throw new BlobDamaged(`the pointer of ${digest} cannot be read`);
}

export function encodePointer(pointer: Pointer): string {
  if ('key' in pointer) return JSON.stringify(pointer);
  const { bytes, sizeBytes, index } = pointer;
  return JSON.stringify({
    sizeBytes,
    ...(index !== undefined && { index: index.toString('base64') }),
    bytes: bytes.toString('base64'),
  });
}

export function parseMarker(bytes: Buffer, key: string): Marker {
  const { uploadId, digest } = parse(bytes, key);
  return {
    ...(typeof uploadId === 'string' && { uploadId }),
    ...(typeof digest === 'string' && { digest }),
  };
}

function parse(bytes: Buffer, what: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(bytes.toString()) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new BlobDamaged(`what the store keeps about ${what} cannot be read`, { cause });
  }
}

function bufferOf(text: unknown): Buffer | undefined {
  return typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
}
