import { once } from 'node:events';
import { connect } from 'node:net';

import { Controller, Get, Module, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { expect, it } from 'vitest';

import { createHttpApp } from './create-http-app.ts';
import { sendEventStream, type ServerSentEvent } from './event-stream.ts';
import { ReadinessChecks } from './readiness.ts';

const EVENT_BYTES = 10_000;
const told = { events: 0, ended: Promise.withResolvers<void>() };

@Controller('events')
class EventsController {
  @Get()
  async follow(@Res() reply: FastifyReply): Promise<void> {
    await sendEventStream(reply, endless, 20);
    told.ended.resolve();
  }
}

@Module({ controllers: [EventsController] })
class EventsModule {}

it('gathers nothing for a client that stops reading, and lets it go', async () => {
  const settings = { publicUrl: 'http://localhost', anyHost: false };
  const app = await createHttpApp(
    [{ module: EventsModule }],
    new ReadinessChecks(),
    settings,
    false,
  );
  await app.listen(0, '127.0.0.1');
  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.pause();

  socket.write('GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await told.ended.promise;
  await app.close();
  socket.destroy();

  // What the two kernels hold of a connection, no more.
  expect(told.events * EVENT_BYTES).toBeLessThan(32 * 1024 ** 2);
});

async function* endless(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
  for (; !signal.aborted; told.events += 1)
    yield { event: 'line', data: 'x'.repeat(EVENT_BYTES), id: String(told.events) };
}
