import { createHash, timingSafeEqual } from 'node:crypto';

import type { Principal } from '../domain/access.ts';
import { BadCredentials } from '../domain/errors.ts';

/**
 * A bearer token is the platform's own or wrong: throws BadCredentials, so that a wrong setting shows at once. Other
 * schemes are what clients keep from elsewhere; open mode does not ask who they are.
 */
export function principalOf(
  authorization: string | undefined,
  internalToken: string | undefined,
): Principal {
  const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return { kind: 'everyone' };
  if (internalToken === undefined || !timingSafeEqual(hashOf(token), hashOf(internalToken))) {
    throw new BadCredentials();
  }
  return { kind: 'platform' };
}

/** Makes the lengths equal, which the comparison asks for and would else betray. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
