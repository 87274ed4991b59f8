import { once } from 'node:events';
import { connect } from 'node:net';

import { Controller, Get, type LoggerService, Module, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { beforeEach, expect, it } from 'vitest';

import { createHttpApp } from './create-http-app.ts';
import { goneSignal } from './gone-signal.ts';
import { ReadinessChecks } from './readiness.ts';

let reached = Promise.withResolvers<void>();
let left = Promise.withResolvers<void>();

beforeEach(() => {
  reached = Promise.withResolvers<void>();
  left = Promise.withResolvers<void>();
});

@Controller('slow')
class SlowController {
  @Get()
  async wait(@Req() request: FastifyRequest, @Query('fails') fails?: string): Promise<never> {
    const gone = goneSignal(request);
    const { promise, reject } = Promise.withResolvers<never>();
    gone.addEventListener('abort', () => reject(fails ? new Error('damaged') : gone.reason));
    reached.resolve();
    return promise.finally(() => left.resolve());
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

it.each([
  ['tells the operator nothing of a caller that left', '/slow', 0],
  ['tells the operator of a failure, whoever left', '/slow?fails=yes', 1],
])('%s', async (_title, path, told) => {
  const errors: unknown[] = [];
  const settings = { publicUrl: 'http://localhost', anyHost: false };
  const log = loggerTo(errors);
  const app = await createHttpApp([{ module: SlowModule }], new ReadinessChecks(), settings, log);
  await app.listen(0, '127.0.0.1');

  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await reached.promise;
  socket.destroy();
  await left.promise;
  await app.close();

  expect(errors).toHaveLength(told);
});

function loggerTo(errors: unknown[]): LoggerService {
  return { log: () => {}, warn: () => {}, error: (...told: unknown[]) => errors.push(told) };
}
