import { MODEL_LIMITS } from '@floe/layers';

/** What one archive may take. Each refusal names the entry at which it was reached, and the limit. */
export interface ArchiveLimits {
  /** Of any kind, with the directories that only names tell of. */
  readonly maxEntries: number;
  /** Of all files together, and again of what follows the archive's end. */
  readonly maxBytes: number;
  readonly maxFileBytes: number;
  /** Of all these together. */
  readonly maxNameBytes: number;
  /** How many times as long compressed archives may become, from 10 MiB on. */
  readonly maxRatio: number;
  /** From the first byte of the body to the last. */
  readonly maxSeconds: number;
}

const GIB = 1024 ** 3;

export const defaultLimits: ArchiveLimits = {
  maxEntries: MODEL_LIMITS.entries,
  maxBytes: 256 * GIB,
  maxFileBytes: 256 * GIB,
  maxNameBytes: MODEL_LIMITS.nameBytes,
  maxRatio: 100,
  maxSeconds: 6 * 3_600,
};
