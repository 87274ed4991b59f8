import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { type Readiness, ReadinessChecks } from './readiness.ts';

@Controller()
export class HealthController {
  constructor(private readonly checks: ReadinessChecks) {}

  /** The process answers. */
  @Get('healthz')
  health(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  /** Everything that the process needs answers. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.checks.read();
    reply.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }
}
