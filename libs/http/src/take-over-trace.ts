import { inTrace, traceFrom } from '@floe/trace';
import type { FastifyInstance } from 'fastify';

/**
 * What a request leads to goes on in the trace that its `traceparent` names (W3C Trace Context). Late, since what is
 * parsed before may have come by events of the connection, which know no trace.
 */
export function takeOverTrace(fastify: FastifyInstance): void {
  fastify.addHook('preHandler', ({ headers: { traceparent } }, _reply, done) => {
    inTrace(typeof traceparent === 'string' ? traceFrom(traceparent) : undefined, done);
  });
}
