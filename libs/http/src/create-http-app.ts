import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import {
  type DynamicModule,
  type LoggerService,
  Module,
  StandardSchemaValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

import { HealthController } from './health.controller.ts';
import { InvalidRequest } from './invalid-request.ts';
import { JsonLogger } from './json-logger.ts';
import { measureHttp } from './measure-http.ts';
import { MetricsController } from './metrics.controller.ts';
import { Metrics } from './metrics.ts';
import { parseBodies } from './parse-bodies.ts';
import { ProblemFilter, sendProblem } from './problem.filter.ts';
import { ProblemsController } from './problems.controller.ts';
import { readToTheEnd } from './read-to-the-end.ts';
import { ReadinessChecks } from './readiness.ts';
import { refuseForeignHosts } from './refuse-foreign-hosts.ts';
import { takeOverTrace } from './take-over-trace.ts';

export interface HttpSettings {
  /** Where users reach the platform; its host is the one that requests may name besides loopback. */
  readonly publicUrl: string;
  /** `open`: whoever reaches the port may do everything, so foreign names are refused unless it is meant. */
  readonly anyHost: boolean;
}

const VISIBLE = /^[\x21-\x7e]{1,128}$/;

/** A Nest application on Fastify that keeps the conventions of the public API, for one service or for all of them. */
export async function createHttpApp(
  modules: readonly DynamicModule[],
  checks: ReadinessChecks,
  settings: HttpSettings,
  logger: LoggerService | false = new JsonLogger(),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    // Model names and paths of files stand in addresses; bodies without bound are streamed, never parsed.
    routerOptions: { maxParamLength: 1_100 },
    requestIdHeader: false,
    genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers['x-request-id']),
    // A 1 GiB body may take long; the parts of a stuck one are bounded where they are read.
    requestTimeout: 0,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, { status: 400, code: 'INVALID_REQUEST', detail: error.message }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(rootOf(modules, checks), adapter, {
    logger,
    bodyParser: false,
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  parseBodies(fastify);
  readToTheEnd(fastify);
  refuseForeignHosts(fastify, settings);
  takeOverTrace(fastify);
  measureHttp(fastify, app.get(Metrics));
  fastify.addHook('onRequest', async ({ id }, reply) => void reply.header('x-request-id', id));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(
    new StandardSchemaValidationPipe({
      exceptionFactory: (issues) => new InvalidRequest(issues as z.core.$ZodIssue[]),
    }),
  );
  return app;
}

/** Holds what belongs to the process, not to one service. */
@Module({})
class RootModule {}

function rootOf(modules: readonly DynamicModule[], checks: ReadinessChecks): DynamicModule {
  return {
    module: RootModule,
    // Services add to the metrics of their process.
    global: true,
    exports: [Metrics],
    imports: [...modules],
    controllers: [HealthController, MetricsController, ProblemsController],
    providers: [Metrics, { provide: ReadinessChecks, useValue: checks }],
  };
}

function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && VISIBLE.test(header) ? header : randomUUID();
}
