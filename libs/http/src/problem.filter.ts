import { randomUUID } from 'node:crypto';

import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { DomainError } from './domain-error.ts';
import { InvalidRequest } from './invalid-request.ts';
import { isProblemCode, type ProblemCode, PROBLEMS, problemType } from './problems.ts';

/** RFC 9457, with Floe's stable `code` and a `hint` that says what to do next. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly [member: string]: unknown;
}

const RETRY_AFTER_S = 1;

/** What Nest and Fastify refuse by themselves, in the words of the table. */
const OF_STATUS: ReadonlyMap<number, ProblemCode> = new Map([
  [400, 'INVALID_REQUEST'],
  [404, 'NOT_FOUND'],
  [405, 'METHOD_NOT_ALLOWED'],
  [413, 'BODY_TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
  [429, 'TOO_MANY_REQUESTS'],
]);

/** Every error as a problem: a sentence and a next step for the caller, stack and id for the operator. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    // The caller is gone, or the answer has begun: there is nobody to tell.
    if (reply.sent || reply.raw.headersSent) return;
    const { id } = http.getRequest<FastifyRequest>();
    // What was given up because the caller had left is no failure.
    if (reply.raw.destroyed && isAbort(error)) this.#log.debug('caller left', { requestId: id });
    else sendProblem(reply, this.problemOf(error, id));
  }

  problemOf(error: unknown, requestId: string): Problem {
    if (error instanceof DomainError) {
      const { code, message, hint, members } = error;
      const status = isProblemCode(code) ? PROBLEMS[code].status : 422;
      return { status, code, detail: message, hint, ...members };
    }
    if (error instanceof InvalidRequest) {
      const { code, message, errors } = error;
      return { status: 400, code, detail: message, errors };
    }
    if (error instanceof HttpException) return ofHttpException(error);
    if (isUnavailable(error)) {
      return {
        status: 503,
        code: 'UNAVAILABLE',
        detail: 'A part that the platform needs is away for the moment.',
        hint: 'Try again; a request with an idempotency key is never done twice.',
      };
    }
    if (error instanceof Error && error.name === 'StoreFull') {
      return { status: 507, code: 'STORE_FULL', detail: 'The store of the platform is full.' };
    }
    const id = randomUUID();
    this.#log.error('request failed', { id, requestId, error });
    return { status: 500, code: 'INTERNAL', detail: `The platform failed; quote ${id}.` };
  }
}

/** Answers with a problem, `Retry-After` where waiting helps. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  const { code, status } = problem;
  const title = code.toLowerCase().replaceAll('_', ' ');
  if (status === 503 || status === 429) reply.header('retry-after', String(RETRY_AFTER_S));
  reply
    .status(status)
    .type('application/problem+json')
    .send({ type: problemType(code), title, ...problem });
}

function ofHttpException(error: HttpException): Problem {
  const status = error.getStatus();
  const code = OF_STATUS.get(status) ?? (status >= 500 ? 'INTERNAL' : 'INVALID_REQUEST');
  return { status, code, detail: error.message };
}

/** Of the signal that tells that the caller is gone, or of a stream that it ended. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The database is away, or the work did not end within its deadline. */
function isUnavailable(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'DatabaseUnavailable' || error.name === 'TimeoutError')
  );
}
