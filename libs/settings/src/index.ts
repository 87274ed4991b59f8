export { settingsFrom, InvalidSettings, type SettingsOf } from './settings-from.ts';
