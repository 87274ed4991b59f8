import { main } from './main.ts';
import { readSettings } from './settings.ts';
import { terminalOf } from './terminal/terminal.ts';

const settings = readSettings();
const interrupt = new AbortController();
let interruptedAt = Number.NEGATIVE_INFINITY;
process.on('SIGINT', () => {
  // One Ctrl-C may come twice, from the terminal and from the launcher; whoever presses it again means it.
  if (interrupt.signal.aborted && performance.now() - interruptedAt > 500) process.exit(130);
  if (!interrupt.signal.aborted) interruptedAt = performance.now();
  interrupt.abort(new Error('interrupted'));
});
process.once('SIGTERM', () => interrupt.abort(new Error('terminated')));
// A reader such as `head` may leave before the end.
process.stdout.on('error', () => process.exit(0));
process.exitCode = await main(
  process.argv.slice(2),
  terminalOf(process.stdout, process.stderr, settings.noColour),
  settings,
  interrupt.signal,
);
