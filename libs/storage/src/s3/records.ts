import { BlobDamaged } from '../errors.ts';

/** `blobs/sha256/<hh>/<hex>`: what makes an object a blob. */
export interface Pointer {
  readonly key: string;
  readonly sizeBytes: number;
  readonly index: boolean;
}

/** `received/<key>`: there from before the first byte until after the pointer, so that a sweep knows what to look at. */
export interface Marker {
  readonly uploadId?: string;
  /** Under which it is being published. */
  readonly digest?: string;
}

export function parsePointer(bytes: Buffer, digest: string): Pointer {
  const { key, sizeBytes, index } = parse(bytes, digest);
  if (typeof key === 'string' && typeof sizeBytes === 'number' && typeof index === 'boolean')
    return { key, sizeBytes, index };
  throw new BlobDamaged(`the pointer of ${digest} cannot be read`);
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
