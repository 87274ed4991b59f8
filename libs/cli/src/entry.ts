import { main } from './main.ts';
import { readSettings } from './settings.ts';
import { terminalOf } from './terminal/terminal.ts';

const settings = readSettings();
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
process.once('SIGTERM', () => interrupt.abort(new Error('terminated')));
// A reader such as `head` may leave before the end.
process.stdout.on('error', () => process.exit(0));
process.exitCode = await main(
  process.argv.slice(2),
  terminalOf(process.stdout, process.stderr, settings.noColour),
  settings,
  interrupt.signal,
);
