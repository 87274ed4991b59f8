import { ManifestTooLarge } from '@floe/oci';

import { type ErrorCode, OutOfOrder, ReferenceMissing, RegistryError } from '../domain/errors.ts';
import { type Answer, jsonAnswer } from './asked.ts';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 416,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
};

/** What the registry cannot help, by the name of the error. */
const FAILURES: ReadonlyMap<string, readonly [status: number, code: string, message: string]> =
  new Map([
    ['BlobMissing', [404, 'BLOB_UNKNOWN', 'The store does not have the blob any more.']],
    ['DatabaseUnavailable', [503, 'UNAVAILABLE', 'The registry is away for the moment.']],
    ['ReceivedMissing', [404, 'BLOB_UPLOAD_UNKNOWN', 'The upload expired.']],
    ['StoreFull', [507, 'STORE_FULL', 'The store of the registry is full.']],
    ['TimeoutError', [503, 'UNAVAILABLE', 'The registry is too busy at the moment.']],
    ['WrongSize', [400, 'SIZE_INVALID', 'More or fewer bytes came than were announced.']],
  ]);

/** Every error as the protocol's document; `undefined` for one that nobody foresaw. */
export function errorAnswer(error: unknown): Answer | undefined {
  if (error instanceof RegistryError) {
    return problem(STATUS[error.code], error.code, error.message, {
      ...(error instanceof OutOfOrder && { range: rangeOf(error.sizeBytes) }),
      ...(error instanceof ReferenceMissing && { detail: { digests: error.digests } }),
    });
  }
  if (error instanceof ManifestTooLarge) return problem(413, 'SIZE_INVALID', error.message);
  const failure = error instanceof Error ? FAILURES.get(error.name) : undefined;
  return failure && problem(...failure);
}

export function internalError(id: string): Answer {
  return problem(500, 'INTERNAL', `The registry failed; quote ${id}.`);
}

/** The address exists, but not for this method; or it is none of the protocol's. */
export function unsupported(allowed: readonly string[]): Answer {
  if (allowed.length === 0) return problem(404, 'UNSUPPORTED', 'There is nothing at this address.');
  const answer = problem(405, 'UNSUPPORTED', `This address takes ${allowed.join(', ')}.`);
  return { ...answer, headers: { ...answer.headers, allow: allowed.join(', ') } };
}

/** The bytes that an upload has, as `Range` tells them: by custom `0-0` for none. */
export function rangeOf(sizeBytes: number): string {
  return `0-${Math.max(0, sizeBytes - 1)}`;
}

function problem(
  status: number,
  code: string,
  message: string,
  { range, detail }: { readonly range?: string; readonly detail?: object } = {},
): Answer {
  return jsonAnswer(
    status,
    { errors: [{ code, message, ...(detail !== undefined && { detail }) }] },
    {
      ...(status === 503 && { 'retry-after': '1' }),
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(range !== undefined && { range }),
    },
  );
}
