import 'reflect-metadata';
import { JsonLogger } from '@floe/http';

import { readSettings } from './settings.ts';
import { startPlatform } from './start-platform.ts';

const logger = new JsonLogger();
const platform = await startPlatform(readSettings(), logger);
logger.log('platform started', { url: platform.publicUrl });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void platform[Symbol.asyncDispose]());
}
