import { internalSettings, releaseSettings, serviceSettings, storeSettings } from '@floe/service';
import { settingsFrom, type SettingsOf } from '@floe/settings';
import { z } from 'zod';

export const schema = z.object({
  ...serviceSettings,
  ...storeSettings,
  ...releaseSettings,
  ...internalSettings,
});

export type Settings = SettingsOf<typeof schema>;

export function readSettings(): Settings {
  return settingsFrom(schema, process.env);
}
