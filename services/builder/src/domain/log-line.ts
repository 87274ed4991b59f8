/** A line of a build's log before it has its number. */
export interface NewLogLine {
  readonly at: Date;
  /** `floe` speaks itself; the others are what an install command wrote. */
  readonly stream: 'floe' | 'stdout' | 'stderr';
  readonly text: string;
}

export interface LogLine extends NewLogLine {
  /** 1, 2, 3 … within the build, over all its attempts. */
  readonly n: number;
}
