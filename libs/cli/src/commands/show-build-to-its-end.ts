import type { Build, FloeClient } from '@floe/client';

import type { Context } from '../context.ts';
import { BuildNotReleased } from '../errors.ts';
import { releasedLines } from '../render/released-lines.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import { Stages } from '../render/stages.ts';

/** Shows the stages of an accepted build, then its version. @throws BuildNotReleased */
export async function showBuildToItsEnd(
  context: Context,
  client: FloeClient,
  accepted: Build,
  flags: JsonFlag,
): Promise<void> {
  const { terminal, signal } = context;
  const stages = new Stages(terminal, () => performance.now());
  const onBuild = (build: Build): void => stages.show({ stage: 'building', build });
  const build = await client.builds.wait(accepted, { signal, onBuild }).finally(() => stages.end());
  const isReleased = build.state === 'released';
  if (flags.json || isReleased)
    printOne(terminal, flags, build, (it) => releasedLines(it, undefined));
  if (!isReleased) throw new BuildNotReleased(build);
}
