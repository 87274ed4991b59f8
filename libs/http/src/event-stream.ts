import type { FastifyReply } from 'fastify';

const HEARTBEAT_MS = 15_000;
/** Of a client that takes nothing: two minutes. */
const MOST_UNREAD_BEATS = 8;

export interface ServerSentEvent {
  readonly event: string;
  readonly data: unknown;
  /** Where a client that lost the stream goes on. */
  readonly id?: string;
}

/**
 * Sends the events as a `text/event-stream`, one after the other as the client takes them, with a comment line
 * every 15 s. Resolves when `events` ended or the client went; `signal` of the source is then aborted. A client that
 * takes nothing for eight of these loses the connection; until then nothing is gathered for it.
 */
export async function sendEventStream(
  reply: FastifyReply,
  events: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>,
  heartbeatMs = HEARTBEAT_MS,
): Promise<void> {
  const { raw } = reply;
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  reply.hijack();
  raw.writeHead(200, {
    ...headersOf(reply),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  raw.write(': connected\n\n');
  let unread = 0;
  const heartbeat = setInterval(() => {
    unread = raw.writableNeedDrain ? unread + 1 : 0;
    if (unread === 0) raw.write(': alive\n\n');
    if (unread >= MOST_UNREAD_BEATS) raw.destroy();
  }, heartbeatMs);
  try {
    for await (const event of events(gone.signal)) {
      if (!raw.write(framed(event))) await drained(raw, gone.signal);
      if (gone.signal.aborted) return;
    }
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    clearInterval(heartbeat);
    raw.end();
  }
}

function framed({ event, data, id }: ServerSentEvent): string {
  const lines = id === undefined ? '' : `id: ${id}\n`;
  return `${lines}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What hooks have set before the reply was taken over, such as the request's id. */
function headersOf(reply: FastifyReply): Record<string, string> {
  const headers = Object.entries(reply.getHeaders());
  return Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
}

async function drained(raw: FastifyReply['raw'], signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  raw.once('drain', done);
  signal.addEventListener('abort', done, { once: true });
  await promise;
  raw.off('drain', done);
  signal.removeEventListener('abort', done);
}
