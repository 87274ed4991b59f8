import { runCommand } from './run-command.ts';

/** All that was written is on the disk: who comes next waits for no bytes but its own. */
export async function settled(): Promise<void> {
  await runCommand('sync', []);
}
