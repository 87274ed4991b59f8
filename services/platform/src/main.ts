import 'reflect-metadata';
import { ConsoleLogger } from '@nestjs/common';

import { readSettings } from './settings.ts';
import { startPlatform } from './start-platform.ts';

const logger = new ConsoleLogger({ json: true, logLevels: ['log', 'warn', 'error', 'fatal'] });
const platform = await startPlatform(readSettings(), logger);
logger.log('platform started', { url: platform.publicUrl });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void platform[Symbol.asyncDispose]());
}
