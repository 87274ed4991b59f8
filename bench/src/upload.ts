import { type Ran, runCommand } from './run-command.ts';
import { FLOE } from './workspace.ts';

export interface Uploaded extends Ran {
  /** Between the acceptance of the build and its release, by the platform's clock, in milliseconds. */
  readonly releasedAfterMs: number;
}

interface Moment {
  readonly state: string;
  readonly at: string;
}

/** Uploads a folder by the real command line, in a process of its own. */
export async function upload(url: string, folder: string, model: string): Promise<Uploaded> {
  const ran = await runCommand(process.execPath, [FLOE, 'upload', folder, '-m', model, '--json'], {
    env: { FLOE_URL: url },
  });
  const id = buildIdOf(JSON.parse(ran.stdout));
  const build = (await (await fetch(`${url}/api/v1/builds/${id}`)).json()) as {
    readonly state: string;
    readonly timeline: readonly Moment[];
  };
  if (build.state !== 'released') throw new Error(`${model} is ${build.state}`);
  return {
    ...ran,
    releasedAfterMs: at(build.timeline, 'released') - at(build.timeline, 'received'),
  };
}

function buildIdOf(answer: {
  readonly id?: string;
  readonly build?: { readonly id: string };
}): string {
  const id = answer.build?.id ?? answer.id;
  if (id === undefined) throw new Error('floe upload --json names no build');
  return id;
}

function at(timeline: readonly Moment[], wanted: string): number {
  return Date.parse(timeline.find(({ state }) => state === wanted)?.at ?? '');
}
