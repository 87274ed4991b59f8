import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** The head of an answer; its body must be read to its end or left. */
export interface Answer {
  readonly status: number;
  /** @param name in lower case */
  header(name: string): string | null;
  readonly body: AsyncIterable<Uint8Array>;
}

/** How a request reaches a registry. Rejects when no answer came, or with what the body throws. */
export type Transport = (outgoing: Outgoing, signal: AbortSignal) => Promise<Answer>;

const MAX_SOCKETS = 128;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

// Node's fetch opens a connection for nearly each of many concurrent requests; these agents keep theirs.
const http = new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
const https = new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });

/**
 * One request; redirects of GET and HEAD are followed, without credentials to another origin (RFC 9110, 15.4).
 * Rejects with what Node's client says, or with what the body throws.
 */
export async function send(outgoing: Outgoing, signal: AbortSignal): Promise<Answer> {
  let { url, headers } = outgoing;
  for (let hops = 0; ; hops += 1) {
    const message = await sendOnce({ ...outgoing, url, headers }, signal);
    const answer = answerOf(message);
    const target = redirectOf(outgoing, answer, url);
    if (target === undefined || hops === MAX_REDIRECTS) return answer;
    message.destroy();
    if (target.origin !== url.origin) headers = withoutCredentials(headers);
    url = target;
  }
}

async function sendOnce(
  { method, url, headers, body }: Outgoing,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = { method, headers, signal };
  const request =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: https })
      : httpRequest(url, { ...options, agent: http });
  request.once('response', resolve).on('error', reject);
  if (body === undefined || body instanceof Uint8Array) request.end(body);
  else pipeline(body, request).catch(reject);
  const message = await promise;
  // Whoever reads the body is told; a connection that is lost before somebody does must not end the process.
  message.on('error', () => {});
  return message;
}

function answerOf(message: IncomingMessage): Answer {
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
    body: message,
  };
}

function redirectOf({ method }: Outgoing, answer: Answer, url: URL): URL | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const location = REDIRECTS.has(answer.status) ? answer.header('location') : null;
  if (location === null || !URL.canParse(location, url.href)) return undefined;
  const target = new URL(location, url);
  return target.protocol === 'https:' || target.protocol === 'http:' ? target : undefined;
}

function withoutCredentials(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}
