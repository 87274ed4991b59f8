import type { FastifyInstance, FastifyRequest } from 'fastify';

import { InvalidRequest } from './invalid-request.ts';

const JSON_LIMIT_BYTES = 4 * 1_024 * 1_024;

/**
 * JSON is parsed, everything else is passed through as a stream; so is JSON that is a file of a model
 * (`?filename=`) or a document of the registry (`/v2`), whose exact bytes count.
 */
export function parseBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(
    'application/json',
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
      isBytes(request) ? payload : parsed(await collected(payload)),
  );
  fastify.addContentTypeParser(
    '*',
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    async (_request: FastifyRequest, payload: AsyncIterable<Buffer>) => payload,
  );
}

function isBytes({ url }: FastifyRequest): boolean {
  return url.startsWith('/v2/') || /[?&]filename=/.test(url);
}

async function collected(payload: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // By hand: leaving a loop would end the body, and with it the connection, before there is an answer.
  const source = payload[Symbol.asyncIterator]();
  for (let next = await source.next(); !next.done; next = await source.next()) {
    sizeBytes += next.value.length;
    if (sizeBytes > JSON_LIMIT_BYTES) throw refused('the document is larger than 4 MiB');
    chunks.push(next.value);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(error instanceof Error ? error.message : 'not JSON');
  }
}

function refused(message: string): InvalidRequest {
  return new InvalidRequest([{ code: 'custom', path: [], message, input: undefined }]);
}
