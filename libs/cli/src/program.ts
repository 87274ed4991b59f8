import { readFileSync } from 'node:fs';

import { Command } from 'commander';

import { aliasCommand } from './commands/alias.ts';
import { buildsCommand } from './commands/builds.ts';
import { cancelCommand } from './commands/cancel.ts';
import { clusterCommand } from './commands/cluster.ts';
import { completionCommand } from './commands/completion.ts';
import { eventsCommand } from './commands/events.ts';
import { filesCommand } from './commands/files.ts';
import { inspectCommand } from './commands/inspect.ts';
import { logsCommand } from './commands/logs.ts';
import { modelsCommand } from './commands/models.ts';
import { platformCommand } from './commands/platform.ts';
import { pullCommand } from './commands/pull.ts';
import { retryCommand } from './commands/retry.ts';
import { serveCommand } from './commands/serve.ts';
import { showCommand } from './commands/show.ts';
import { uploadCommand } from './commands/upload.ts';
import { verifyCommand } from './commands/verify.ts';
import { versionsCommand } from './commands/versions.ts';
import type { Context } from './context.ts';

const commands: readonly ((context: Context) => Command)[] = [
  serveCommand,
  uploadCommand,
  inspectCommand,
  modelsCommand,
  versionsCommand,
  showCommand,
  filesCommand,
  pullCommand,
  buildsCommand,
  logsCommand,
  cancelCommand,
  retryCommand,
  eventsCommand,
  aliasCommand,
  clusterCommand,
  platformCommand,
  verifyCommand,
  completionCommand,
];

/** The whole command line. */
export function programOf(context: Context): Command {
  const program = new Command('floe')
    .description('machine-learning models become frozen, versioned OCI images')
    .version(ownVersion());
  for (const command of commands) program.addCommand(command(context));
  return program;
}

function ownVersion(): string {
  const own: unknown = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return typeof own === 'object' && own !== null && 'version' in own
    ? String(own.version)
    : '0.0.0';
}
