import type { Answer as Answered, Outgoing } from '@floe/oci';
import { Injectable, Logger } from '@nestjs/common';

import { InternalToken } from '../internal-token.ts';
import type { Answer, Asked } from './asked.ts';
import { Distribution } from './distribution.ts';
import { errorAnswer, internalError } from './error-answer.ts';
import { parseTarget } from './parse-target.ts';
import { principalOf } from './principal-of.ts';

/** The protocol for who shares the process: the same rules without a socket in between. */
@Injectable()
export class InProcessRegistry {
  constructor(
    private readonly distribution: Distribution,
    private readonly internalToken: InternalToken,
    private readonly log: Logger,
  ) {}

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Answered> {
    const { status, headers, body } = await this.#answer(outgoing, signal);
    const opened = outgoing.method === 'HEAD' ? undefined : await body?.();
    return {
      status,
      header: (name) => headers[name] ?? null,
      body: opened instanceof Uint8Array ? chunks(opened) : (opened ?? chunks()),
    };
  }

  async #answer(outgoing: Outgoing, signal: AbortSignal): Promise<Answer> {
    const { method, url } = outgoing;
    try {
      signal.throwIfAborted();
      const asked = askedOf(outgoing, signal, this.internalToken.value);
      return await this.distribution.handle(method, parseTarget(url.pathname), asked);
    } catch (error) {
      signal.throwIfAborted();
      const answer = errorAnswer(error);
      if (answer !== undefined) return answer;
      this.log.error('request failed', { url: url.href, error });
      return internalError(`${method} ${url.pathname}`);
    }
  }
}

function askedOf(
  { url, headers, body }: Outgoing,
  gone: AbortSignal,
  internalToken: string | undefined,
): Asked {
  const whole = body instanceof Uint8Array;
  return {
    principal: principalOf(headers['authorization'], internalToken),
    headers: { ...headers, ...(whole && { 'content-length': String(body.length) }) },
    query: url.searchParams,
    body: whole ? (body.length > 0 ? chunks(body) : undefined) : body,
    gone,
  };
}

async function* chunks(...bytes: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* bytes;
}
