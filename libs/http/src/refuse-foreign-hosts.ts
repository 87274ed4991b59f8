import type { FastifyInstance } from 'fastify';

import type { HttpSettings } from './create-http-app.ts';
import { sendProblem } from './problem.filter.ts';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * In open mode whoever reaches the port may do everything; a page in the user's own browser reaches it too, by a name
 * that it lets point to loopback (DNS rebinding). Hence only the names that the platform knows itself by.
 */
export function refuseForeignHosts(
  fastify: FastifyInstance,
  { publicUrl, anyHost }: HttpSettings,
): void {
  if (anyHost) return;
  const own = new URL(publicUrl).host.toLowerCase();
  fastify.addHook('onRequest', async ({ headers: { host = '' } }, reply) => {
    if (LOOPBACK.test(host) || host.toLowerCase() === own) return undefined;
    sendProblem(reply, {
      status: 421,
      code: 'MISDIRECTED_REQUEST',
      detail: 'The request names a host that is not this platform.',
      hint: `Ask ${publicUrl}, or set FLOE_PUBLIC_URL to the address that users see.`,
    });
    return reply;
  });
}
