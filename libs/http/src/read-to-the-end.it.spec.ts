import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';

import { Controller, Get, Module, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { beforeEach, expect, it } from 'vitest';

import { createHttpApp } from './create-http-app.ts';
import { InvalidRequest } from './invalid-request.ts';
import { ReadinessChecks } from './readiness.ts';

const MIB = 1024 ** 2;

let closed = Promise.withResolvers<void>();
beforeEach(() => {
  closed = Promise.withResolvers();
});

@Controller('bodies')
class BodiesController {
  /** As the reader of an archive that is refused: it stops, and ends nothing. */
  @Post()
  async refuse(@Req() { raw }: FastifyRequest): Promise<never> {
    const body: Readable = raw;
    await body[Symbol.asyncIterator]().next();
    throw new InvalidRequest([]);
  }

  /** The same, when nothing of the body is left to come. */
  @Post('late')
  async refuseLate(@Req() { raw }: FastifyRequest): Promise<never> {
    const body: Readable = raw;
    body.once('close', () => closed.resolve());
    await body[Symbol.asyncIterator]().next();
    while (!raw.complete) await setImmediate();
    throw new InvalidRequest([]);
  }

  @Get()
  answer(): string {
    return 'here';
  }
}

@Module({ controllers: [BodiesController] })
class BodiesModule {}

it('answers the next request of a connection whose body was refused early', async () => {
  await using app = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  const refused = await ask(app.port, agent, 'POST', Buffer.alloc(16 * MIB));
  const next = await ask(app.port, agent, 'GET');

  expect(refused.statusCode).toBe(400);
  expect(await text(next)).toBe('here');
  agent.destroy();
});

it('ends a body that had come whole when it was refused', async () => {
  await using app = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  const refused = await ask(app.port, agent, 'POST', Buffer.alloc(50_000), '/bodies/late');
  await closed.promise;

  expect(refused.statusCode).toBe(400);
  agent.destroy();
});

it('takes the connection from a sender that does not end', async () => {
  await using app = await start();
  const socket = connect(app.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST /bodies HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n');
  socket.write('content-type: application/octet-stream\r\n\r\n1\r\nx\r\n');

  const [answer] = (await once(socket, 'data')) as [Buffer];
  const sending = setInterval(() => socket.write('1\r\nx\r\n'), 20);
  await once(socket, 'close');
  clearInterval(sending);

  expect(answer.toString()).toContain('400 Bad Request');
});

async function start() {
  const settings = { publicUrl: 'http://localhost', anyHost: false };
  const app = await createHttpApp(
    [{ module: BodiesModule }],
    new ReadinessChecks(),
    settings,
    false,
  );
  await app.listen(0, '127.0.0.1');
  return {
    port: Number(new URL(await app.getUrl()).port),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

async function ask(
  port: number,
  agent: Agent,
  method: string,
  body?: Buffer,
  path = '/bodies',
): Promise<IncomingMessage> {
  const asking = request({ agent, port, method, path, host: '127.0.0.1' });
  asking.setHeader('content-type', 'application/octet-stream');
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  if (method === 'POST') answer.resume();
  return answer;
}
