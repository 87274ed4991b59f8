import { currentTrace, traceOfBuild } from '@floe/trace';
import { ConsoleLogger } from '@nestjs/common';

/** Lines of JSON, each with the id of the trace that it belongs to. */
export class JsonLogger extends ConsoleLogger {
  constructor() {
    super({ json: true, logLevels: ['log', 'warn', 'error', 'fatal'] });
  }

  protected override getJsonLogObject(
    ...words: Parameters<ConsoleLogger['getJsonLogObject']>
  ): ReturnType<ConsoleLogger['getJsonLogObject']> {
    const [, { params }] = words;
    const buildId: unknown = params?.['buildId'];
    const trace =
      currentTrace() ?? (typeof buildId === 'string' ? traceOfBuild(buildId) : undefined);
    return { ...super.getJsonLogObject(...words), ...(trace && { traceId: trace.id }) };
  }
}
