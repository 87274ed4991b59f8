import type { Told } from './told.ts';

export const BUILD_STATES = [
  'received',
  'inferring',
  'queued',
  'building',
  'assigning',
  'publishing',
  'released',
  'failed',
  'cancelled',
] as const;

export type BuildState = (typeof BUILD_STATES)[number];

export interface Moment {
  readonly state: BuildState;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** The furthest state that the facts prove. */
export function stateOf(told: Told): BuildState {
  if (told.ended) return told.ended.outcome;
  if (told.assigned) return 'publishing';
  if (told.succeeded) return 'assigning';
  if (told.started) return 'building';
  if (told.inferred || told.queued) return 'queued';
  return told.uploaded ? 'inferring' : 'received';
}

/**
 * The states that the build went through and when it came into each, in the order of the journey. Who does not know
 * the facts of a stage takes its moment from the build's end, which repeats it.
 */
export function timelineOf(told: Told): readonly Moment[] {
  const { uploaded, inferred, rejected, started, succeeded, assigned, ended } = told;
  const repeated = new Map(ended?.timeline.map(({ state, at }) => [state, at]));
  const moments: Readonly<Partial<Record<BuildState, string | undefined>>> = {
    received: uploaded?.upload.uploadedAt,
    inferring: inferred?.startedAt ?? rejected?.startedAt,
    queued: inferred?.at,
    building: started?.at,
    assigning: succeeded?.at,
    publishing: assigned?.at,
    ...(ended && { [ended.outcome]: ended.at }),
  };
  return BUILD_STATES.flatMap((state) => {
    const at = moments[state] ?? repeated.get(state);
    return at === undefined ? [] : [{ state, at }];
  });
}
