export type { Aside } from './contents/aside.ts';
export { type ArchiveKind, archiveKind, KIND_BYTES } from './archive-kind.ts';
export { type ArchiveLimits, defaultLimits } from './archive-limits.ts';
export { type ArchiveRefusalCode, ArchiveRefused } from './archive-refused.ts';
export { IncomingBytes } from './incoming-bytes.ts';
export { spoolArchive } from './spool-archive.ts';
export { spoolFile } from './spool-file.ts';
export { type SpoolPlace } from './spooled.ts';
export { SpooledModel } from './spooled-model.ts';
