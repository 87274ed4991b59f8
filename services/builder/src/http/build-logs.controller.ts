import { Readable } from 'node:stream';

import { sendEventStream, type ServerSentEvent } from '@floe/http';
import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { type LogEvent, WatchLog } from '../application/watch-log.ts';
import type { LogLine } from '../domain/log-line.ts';

const buildPath = z.object({ id: z.uuid() });
const lastEventId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).catch(0);

@Controller('api/v1/builds')
export class BuildLogsController {
  constructor(private readonly watchLog: WatchLog) {}

  /** The lines that are there as plain text, or, as an event stream, also those to come and the end. */
  @Get(':id/logs')
  async logs(
    @Param({ schema: buildPath }) { id }: z.output<typeof buildPath>,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') resumed: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    await this.watchLog.arrived(id, gone.signal);
    if (accept?.includes('text/event-stream')) {
      const after = lastEventId.parse(resumed);
      return sendEventStream(reply, (signal) => events(this.watchLog.follow(id, after, signal)));
    }
    const text = Readable.from(texts(this.watchLog.written(id, 0)), { objectMode: false });
    reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(text);
  }
}

async function* events(log: AsyncIterable<LogEvent>): AsyncGenerator<ServerSentEvent> {
  for await (const event of log) {
    switch (event.kind) {
      case 'line': {
        const { n, at, stream, text } = event.line;
        yield { id: String(n), event: 'line', data: { n, at: at.toISOString(), stream, text } };
        break;
      }
      case 'end':
        yield { event: 'end', data: { state: event.state } };
    }
  }
}

async function* texts(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
  for await (const { text } of lines) yield `${text}\n`;
}
