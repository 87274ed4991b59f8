import { BuildUntold, FloeProblem, WalkError } from '@floe/client';
import { type Command, CommanderError } from 'commander';

import { Context } from './context.ts';
import { BuildNotReleased, UsageError } from './errors.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { programOf } from './program.ts';
import { hintFor } from './render/hints.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Runs one command; the answer is its exit code. `signal` is aborted by Ctrl-C. */
export async function main(
  words: readonly string[],
  terminal: Terminal,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  try {
    const context = new Context(terminal, settings, signal, words);
    const program = programOf(context);
    speakThrough(program, terminal);
    await program.parseAsync([...words], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.wrongUsage;
    if (signal.aborted) return exitCodes.interrupted;
    for (const line of errorLines(error, settings)) terminal.err(line);
    return exitCodeOf(error);
  }
}

function speakThrough(command: Command, terminal: Terminal): void {
  command.exitOverride();
  command.showHelpAfterError('run it with --help for what there is');
  command.configureOutput({
    writeOut: (text) => terminal.out(text.trimEnd()),
    writeErr: (text) => terminal.err(text.trimEnd()),
  });
  for (const child of command.commands) speakThrough(child, terminal);
}

function errorLines(error: unknown, settings: Settings): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const hint = hintOf(error, settings);
  const faults = error instanceof FloeProblem ? error.errors : [];
  return [
    `floe: ${error.message}`,
    ...faults.map(({ pointer, message }) => `  ${pointer} ${message}`),
    ...(hint === undefined ? [] : [`  ${hint}`]),
  ];
}

function hintOf(error: Error, settings: Settings): string | undefined {
  if (error instanceof FloeProblem) return hintFor(error.code, error.hint);
  if (error instanceof BuildUntold) return hintFor(error.code, undefined);
  const isOurs = [UsageError, WalkError, BuildNotReleased].some((kind) => error instanceof kind);
  if (isOurs && 'hint' in error && typeof error.hint === 'string') return error.hint;
  if (exitCodeOf(error) !== exitCodes.unreachable) return undefined;
  return settings.url === undefined
    ? '`floe serve` starts a platform here; `floe cluster list` shows the others'
    : 'FLOE_URL says where to look for it';
}
