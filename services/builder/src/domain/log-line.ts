export interface LogLine {
  /** 1, 2, 3 … within the build, over all its attempts. */
  readonly n: number;
  readonly at: Date;
  /** `floe` speaks itself; the others are what an install command wrote. */
  readonly stream: 'floe' | 'stdout' | 'stderr';
  readonly text: string;
}
