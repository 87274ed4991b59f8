import {
  AnswerNotUnderstood,
  BuildUntold,
  FloeProblem,
  FolderNotEmpty,
  PlatformUnreachable,
  WalkError,
} from '@floe/client';
import { LayoutError } from '@floe/layers';
import { InvalidContract } from '@floe/signature/rules';

import { BuildNotReleased, UsageError } from './errors.ts';

export const exitCodes = {
  asAsked: 0,
  buildFailed: 1,
  wrongUsage: 2,
  unreachable: 3,
  refused: 4,
  /** 128 + SIGINT, as shells expect. */
  interrupted: 130,
} as const;

const wrongUsage = [UsageError, LayoutError, InvalidContract, FolderNotEmpty] as const;
const unreachable = [PlatformUnreachable, AnswerNotUnderstood, BuildUntold] as const;

/** The exit code that tells a script what kind of failure it was. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BuildNotReleased) return exitCodes.buildFailed;
  if (wrongUsage.some((kind) => error instanceof kind)) return exitCodes.wrongUsage;
  if (error instanceof WalkError) {
    return error.code === 'FILE_CHANGED' ? exitCodes.buildFailed : exitCodes.wrongUsage;
  }
  if (unreachable.some((kind) => error instanceof kind)) return exitCodes.unreachable;
  if (error instanceof FloeProblem) {
    return error.status < 500 ? exitCodes.refused : exitCodes.unreachable;
  }
  return exitCodes.buildFailed;
}
