import { Argument, Command } from 'commander';

import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { bashCompletion, fishCompletion, zshCompletion } from '../render/completion.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `floe completion`: a script for the user's shell. */
export function completionCommand({ terminal }: Context): Command {
  return new Command('completion')
    .description('print a completion script: source <(floe completion bash)')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .action((shell: keyof typeof scripts, _: unknown, command: Command) => {
      const { parent } = command;
      if (parent === null) throw new UsageError('completion belongs to floe');
      terminal.out(scripts[shell](parent).trimEnd());
    });
}
