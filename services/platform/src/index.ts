export { schema } from './settings.ts';
export { type Platform, startPlatform } from './start-platform.ts';
