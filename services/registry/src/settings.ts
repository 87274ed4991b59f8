import { serviceSettings } from '@floe/service';
import { settingsFrom, type SettingsOf } from '@floe/settings';
import { z } from 'zod';

export const schema = z.object({
  ...serviceSettings,
  FLOE_STORE_URL: z
    .string()
    .regex(/^file:\/\//, 'must begin with file://')
    .describe('Where the bytes of images are kept: file:///<folder>'),
  FLOE_INTERNAL_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 visible characters')
    .optional()
    .describe(
      'Secret by which the services of one platform know each other; the same for all of them',
    ),
});

export type Settings = SettingsOf<typeof schema>;

export function readSettings(): Settings {
  return settingsFrom(schema, process.env);
}
