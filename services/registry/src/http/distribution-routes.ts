import { Readable } from 'node:stream';

import { own, spentWhenSent } from '@floe/storage';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Answer, Asked } from './asked.ts';
import type { Distribution } from './distribution.ts';
import { errorAnswer, internalError } from './error-answer.ts';
import { parseTarget } from './parse-target.ts';
import { principalOf } from './principal-of.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** A transfer during which nothing moves for so long is over. */
const IDLE_MS = 120_000;

const log = new Logger('registry');

/**
 * Serves `/v2` in a scope of its own: its bodies are bytes whatever their content type, its errors the protocol's.
 * Plain Fastify, because names of repositories hold slashes and Nest's routes do not. The scope is not awaited: Fastify
 * would take its error handler from before Nest sets one for all routes that come after.
 */
export function distributionRoutes(
  fastify: FastifyInstance,
  distribution: Distribution,
  internalToken: string | undefined,
): void {
  void fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { bodyLimit: Number.MAX_SAFE_INTEGER },
      async (_: FastifyRequest, payload: Readable) => payload,
    );
    scope.setErrorHandler((error, request, reply) =>
      send(request, reply, answerOf(error, request)),
    );
    for (const url of ['/v2', '/v2/', '/v2/*']) {
      scope.route({
        method: [...METHODS],
        url,
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          request.raw.socket.setTimeout(IDLE_MS);
          const target = parseTarget(pathOf(request));
          const asked = askedOf(request, reply, internalToken);
          return send(request, reply, await distribution.handle(request.method, target, asked));
        },
      });
    }
  });
}

function askedOf(
  request: FastifyRequest,
  { raw }: FastifyReply,
  internalToken: string | undefined,
): Asked {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new Error('the client is gone'));
  });
  const { body, headers } = request;
  const empty = headers['content-length'] === '0';
  return {
    principal: principalOf(headers.authorization, internalToken),
    headers,
    query: new URL(request.url, 'http://registry').searchParams,
    body: body instanceof Readable && !empty ? owned(body) : undefined,
    gone: gone.signal,
  };
}

/** As it comes from the connection: nobody else has its memory. */
async function* owned(body: Readable): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of body) yield own(chunk as Uint8Array);
}

async function send(
  { method }: FastifyRequest,
  reply: FastifyReply,
  { status, headers, body }: Answer,
): Promise<FastifyReply> {
  const opened = method === 'HEAD' ? undefined : await body?.();
  reply.status(status).headers({ 'docker-distribution-api-version': 'registry/2.0', ...headers });
  if (opened === undefined) return reply.send();
  if (opened instanceof Uint8Array) return reply.send(Buffer.from(opened));
  return reply.send(opened instanceof Readable ? spentWhenSent(opened) : opened);
}

function answerOf(error: unknown, { id, raw }: FastifyRequest): Answer {
  const answer = errorAnswer(error);
  if (answer !== undefined) return answer;
  if (!raw.destroyed) log.error('request failed', { id, error });
  return internalError(id);
}

function pathOf({ url }: FastifyRequest): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
