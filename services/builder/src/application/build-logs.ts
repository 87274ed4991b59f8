import type { Transaction } from '@floe/messaging';

import type { LogLine } from '../domain/log-line.ts';

/** A part of a log. */
export interface LogPage {
  readonly lines: readonly LogLine[];
  /** How the build ended, once it did; all its lines up to there can then be read. */
  readonly endedAs?: string;
}

/** The numbered lines of each build. */
export abstract class BuildLogs {
  /** From here on the build is known, with an empty log. */
  abstract open(buildId: string, tx: Transaction): Promise<void>;

  /** The number of the last line; 0 before the first. Only the holder of the build's job may count on it. */
  abstract last(buildId: string, tx?: Transaction): Promise<number>;

  abstract add(buildId: string, lines: readonly LogLine[], tx: Transaction): Promise<void>;

  abstract end(buildId: string, outcome: string, tx: Transaction): Promise<void>;

  /** Up to `limit` lines behind number `after`; `undefined` for a build that is not known. */
  abstract read(buildId: string, after: number, limit: number): Promise<LogPage | undefined>;

  /** Calls `ring` when this process changed the log; calling what is returned ends that. */
  abstract onChange(buildId: string, ring: () => void): () => void;
}
