import { Readable } from 'node:stream';

import { matchesTag, parseRange } from '@floe/http';
import { spentWhenSent } from '@floe/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { RangeNotSatisfiable } from '../domain/errors.ts';
import type { PlacedFile } from '../domain/file-list.ts';
import { attachmentOf } from './content-disposition.ts';

/** A transfer during which nothing moves for so long is over. */
const IDLE_MS = 120_000;
const FOR_EVER = 'private, max-age=31536000, immutable';
const NUMBER = /^[1-9]/;

interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Answers with the bytes of a file, or the part that is asked for (RFC 9110). They are read as the caller takes them;
 * whoever goes, or takes nothing for two minutes, holds no file open. Throws RangeNotSatisfiable.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: PlacedFile,
  open: (part: Part, signal: AbortSignal) => Promise<Readable>,
): Promise<void> {
  const { version } = request.params as { readonly version: string };
  // The same bytes at the same place of the same layer: a digest of the file itself is not known.
  const etag = `"${file.layer.slice('sha256:'.length)}-${file.offset}"`;
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    // A number names the same bytes for ever, `latest` and aliases do not.
    'cache-control': NUMBER.test(version) ? FOR_EVER : 'private, no-cache',
  });
  if (matchesTag(request.headers['if-none-match'], etag)) return void reply.status(304).send();
  const part = partOf(request, reply, file, etag);
  reply.status(part === undefined ? 200 : 206).headers(headersOf(file, part));
  const { start, end } = part ?? { start: 0, end: file.sizeBytes };
  // Fastify makes the length of a HEAD without a body 0, that of one with a stream it leaves.
  if (request.method === 'HEAD' || start === end) return void reply.send(Readable.from([]));
  reply.raw.setTimeout(IDLE_MS);
  reply.send(spentWhenSent(await open({ start, end }, goneSignal(reply))));
}

function partOf(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { sizeBytes }: PlacedFile,
  etag: string,
): Part | undefined {
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const part = parseRange(headers.range, sizeBytes);
  if (part !== 'unsatisfiable') return part;
  reply.header('content-range', `bytes */${sizeBytes}`).removeHeader('cache-control');
  throw new RangeNotSatisfiable(sizeBytes);
}

function headersOf(
  { path, sizeBytes }: PlacedFile,
  part: Part | undefined,
): Readonly<Record<string, string>> {
  const { start, end } = part ?? { start: 0, end: sizeBytes };
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(end - start),
    'content-disposition': attachmentOf(path),
    // Somebody's files must never run as a page of the platform.
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    ...(part && { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
  };
}

/** Aborted when the connection closes before all was sent. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new Error('the client is gone'));
  });
  return gone.signal;
}
