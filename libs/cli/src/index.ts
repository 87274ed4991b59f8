export { main } from './main.ts';
export type { Settings } from './settings.ts';
export { type Terminal, terminalOf } from './terminal/terminal.ts';
