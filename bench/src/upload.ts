import { type Ran, runCommand } from './run-command.ts';
import { timelineOf } from './timeline.ts';
import { FLOE } from './workspace.ts';

export interface Uploaded extends Ran {
  /** Between the acceptance of the build and its release, by the platform's clock, in milliseconds. */
  readonly releasedAfterMs: number;
}

/** Uploads a folder by the real command line, in a process of its own. */
export async function upload(url: string, folder: string, model: string): Promise<Uploaded> {
  const ran = await runCommand(process.execPath, [FLOE, 'upload', folder, '-m', model, '--json'], {
    env: { FLOE_URL: url },
  });
  const id = buildIdOf(JSON.parse(ran.stdout));
  const { state, at } = await timelineOf(url, id);
  if (state !== 'released') throw new Error(`${model} is ${state}`);
  return { ...ran, releasedAfterMs: at('released') - at('received') };
}

function buildIdOf(answer: {
  readonly id?: string;
  readonly build?: { readonly id: string };
}): string {
  const id = answer.build?.id ?? answer.id;
  if (id === undefined) throw new Error('floe upload --json names no build');
  return id;
}
