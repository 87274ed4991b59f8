import { digestOf } from './digest.ts';
import type { Content } from './image.ts';

/** The bytes with the descriptor that points at them. */
export function contentOf(mediaType: string, bytes: Uint8Array): Content {
  return { mediaType, digest: digestOf(bytes), sizeBytes: bytes.length, bytes };
}

/** A document in compact JSON; its members stand in the order in which they were made. */
export function jsonContent(mediaType: string, document: object): Content {
  return contentOf(mediaType, Buffer.from(JSON.stringify(document)));
}
