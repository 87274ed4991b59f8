import type { ChunkBody } from '../application/chunk-body.ts';
import { SizeInvalid } from '../domain/errors.ts';
import { type Asked, lengthOf } from './asked.ts';
import { parseChunkRange } from './parse-chunk-range.ts';

/** The body with what the headers say of it; `undefined` without a body. Throws SizeInvalid. */
export function chunkOf(asked: Asked): ChunkBody | undefined {
  const { body, headers } = asked;
  if (body === undefined) return undefined;
  const stated = headers['content-range'];
  const length = lengthOf(asked);
  if (stated === undefined) return { bytes: body, start: undefined, sizeBytes: length };

  const range = parseChunkRange(stated);
  if (range === undefined) throw new SizeInvalid('Content-Range must be of the form 0-41.');
  const sizeBytes = range.end - range.start;
  if (length !== undefined && length !== sizeBytes) {
    throw new SizeInvalid('Content-Range and Content-Length contradict each other.');
  }
  return { bytes: body, start: range.start, sizeBytes };
}
