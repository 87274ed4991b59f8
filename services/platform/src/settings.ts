import { builderSettings } from '@floe/builder';
import { inferenceSettings } from '@floe/inference';
import { releaseSettings, serviceSettings, storeSettings } from '@floe/service';
import { settingsFrom, type SettingsOf } from '@floe/settings';
import { archiveSettings, partSettings } from '@floe/upload';
import { z } from 'zod';

export const schema = z.object({
  ...serviceSettings,
  FLOE_BUILDER_CONCURRENCY: builderSettings.FLOE_BUILDER_CONCURRENCY,
  FLOE_BUILDER_DEADLINE_SECONDS: builderSettings.FLOE_BUILDER_DEADLINE_SECONDS,
  ...inferenceSettings,
  ...archiveSettings,
  ...partSettings,
  ...releaseSettings,
  FLOE_DATABASE_URL: serviceSettings.FLOE_DATABASE_URL.optional().describe(
    'PostgreSQL of the services. Default: one of its own, in the data folder',
  ),
  FLOE_DATA_DIR: z
    .string()
    .min(1)
    .default('.floe')
    .describe(
      'Folder of everything that the embedded platform keeps; one platform at a time uses it',
    ),
  ...storeSettings,
  FLOE_STORE_URL: storeSettings.FLOE_STORE_URL.optional().describe(
    'Where model bytes are kept: file:<folder>, or s3://<bucket>?endpoint=<address>&region=<name>&pathStyle=true. Default: in the data folder',
  ),
});

export type Settings = SettingsOf<typeof schema>;

export function readSettings(): Settings {
  return settingsFrom(schema, process.env);
}
