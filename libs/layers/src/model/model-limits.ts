/** What one model may have, by whatever way it comes: it bounds the memory in which it is read. */
export const MODEL_LIMITS = {
  /** Files, and folders with those that only names tell of. */
  entries: 262_144,
  /** Of all their paths together. */
  nameBytes: 64 * 1024 ** 2,
} as const;
