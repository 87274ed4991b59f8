/** The memory that what is known of an archive's files takes, besides their content. */
export interface Listing {
  /** Called before so many bytes more are held. What it throws ends the archive. */
  grow(bytes: number): void;
}

/** Without its name an entry was measured to take half of it, until its model is stored. */
const ENTRY_BYTES = 1_024;
const COPIES_OF_A_NAME = 2;

export function bytesOfEntry(nameBytes: number): number {
  return ENTRY_BYTES + COPIES_OF_A_NAME * nameBytes;
}
