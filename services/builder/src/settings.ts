import { internalSettings, serviceSettings, storeSettings } from '@floe/service';
import { settingsFrom, type SettingsOf } from '@floe/settings';
import { z } from 'zod';

/** What the builder adds to the settings of every service. */
export const builderSettings = {
  FLOE_REGISTRY_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:8080')
    .describe('Registry that takes the images'),
  ...internalSettings,
  FLOE_BUILDER_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(16)
    .describe('Builds that one builder process runs at a time'),
  FLOE_BUILDER_DEADLINE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(3_600)
    .describe('Time in seconds that a build may take from its first start on'),
};

export const schema = z.object({
  ...serviceSettings,
  ...storeSettings,
  ...builderSettings,
});

export type Settings = SettingsOf<typeof schema>;

export function readSettings(): Settings {
  return settingsFrom(schema, process.env);
}
