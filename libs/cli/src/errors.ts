import type { Build } from '@floe/client';

import { hintWithAddition } from './render/hints.ts';

/** The command was given in a way that cannot be meant. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A build ended without a version. */
export class BuildNotReleased extends Error {
  readonly hint: string;

  constructor(readonly build: Build) {
    super(sentence(build));
    this.name = 'BuildNotReleased';
    const hint = build.error?.hint ?? `\`floe logs ${build.id}\` shows what happened`;
    this.hint = hintWithAddition(build.error?.code ?? '', hint);
  }
}

function sentence({ team, model, state, error }: Build): string {
  if (state === 'cancelled') return `the build of ${team}/${model} was cancelled`;
  const reason = error ? `: ${error.code}: ${error.message}` : '';
  return `the build of ${team}/${model} failed${reason}`;
}
