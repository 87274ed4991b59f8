import { createHash } from 'node:crypto';

import { InvalidRequest } from '@floe/http';

import type { Claim } from '../application/idempotency.ts';

const KEY = /^[\x21-\x7e]{1,128}$/;

/** What an archive was is not known before it is read: the key alone decides. */
export const ARCHIVE = 'archive';

/** The `Idempotency-Key` of a request, bound to what it asks for. Throws InvalidRequest for another form. */
export function claimOf(
  key: string | undefined,
  { team, model }: { readonly team: string; readonly model: string },
  request: unknown,
): Claim | undefined {
  if (key === undefined) return undefined;
  if (!KEY.test(key)) {
    const message = 'the header Idempotency-Key must be 1 to 128 visible characters';
    throw new InvalidRequest([{ code: 'custom', path: [], message, input: undefined }]);
  }
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  return { team, model, key, requestHash };
}
