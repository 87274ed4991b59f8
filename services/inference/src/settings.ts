import { serviceSettings, storeSettings } from '@floe/service';
import { settingsFrom, type SettingsOf } from '@floe/settings';
import { z } from 'zod';

/** What inference adds to the settings of every service. */
export const inferenceSettings = {
  FLOE_INFERENCE_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('Models that one inference process reads at a time, each in a thread of its own'),
  FLOE_INFERENCE_DEADLINE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(600)
    .describe('Time in seconds in which a signature must be found, from the first attempt on'),
};

export const schema = z.object({
  ...serviceSettings,
  ...storeSettings,
  ...inferenceSettings,
});

export type Settings = SettingsOf<typeof schema>;

export function readSettings(): Settings {
  return settingsFrom(schema, process.env);
}
