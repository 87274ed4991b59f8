interface Moment {
  readonly state: string;
  readonly at: string;
}

export interface Timed {
  readonly state: string;
  /** When the build came into a state, in milliseconds of the clock of those that told it. */
  readonly at: (state: string) => number;
}

export async function timelineOf(url: string, id: string): Promise<Timed> {
  const build = (await (await fetch(`${url}/api/v1/builds/${id}`)).json()) as {
    readonly state: string;
    readonly timeline: readonly Moment[];
  };
  return {
    state: build.state,
    at: (wanted) => Date.parse(build.timeline.find(({ state }) => state === wanted)?.at ?? ''),
  };
}
