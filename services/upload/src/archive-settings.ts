import { tmpdir } from 'node:os';

import { type ArchiveLimits, defaultLimits, type SpoolPlace } from '@floe/archives';
import { settingsFrom, type SettingsOf } from '@floe/settings';
import { z } from 'zod';

const MIB = 1_024 ** 2;
/** What is staged for longer than a day is swept from the store. */
const MOST_SECONDS = 20 * 3_600;

/** What archives may take; the platform spreads them into its own schema. */
export const archiveSettings = {
  FLOE_SPOOL_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder on a disk with room for the files of the archives that are being uploaded. Default: the system's for temporary files",
    ),
  FLOE_ARCHIVE_MAX_ENTRIES: above0('maxEntries', defaultLimits.maxEntries).describe(
    'Most entries of an uploaded archive, with the folders that names tell of; a layer takes no more than the default',
  ),
  FLOE_ARCHIVE_MAX_BYTES: above0('maxBytes').describe(
    'Most bytes that the files of an uploaded archive have together',
  ),
  FLOE_ARCHIVE_MAX_FILE_BYTES: above0('maxFileBytes').describe(
    'Most bytes of a file of an uploaded archive',
  ),
  FLOE_ARCHIVE_MAX_NAME_BYTES: above0('maxNameBytes', defaultLimits.maxNameBytes).describe(
    'Most bytes that the names in an uploaded archive have together; a layer takes no more than the default',
  ),
  FLOE_ARCHIVE_MAX_RATIO: above0('maxRatio').describe(
    'How many times as long a compressed archive may become, from 10 MiB on',
  ),
  FLOE_ARCHIVE_MAX_SECONDS: above0('maxSeconds', MOST_SECONDS).describe(
    'Most seconds from the first to the last byte of an uploaded archive',
  ),
  FLOE_ARCHIVE_MEMORY_BYTES: memory(768).describe(
    'Memory of one upload process for names and places of the files of archives that are on their way in, above 64 KiB of each; beyond it senders are told to come again, unless it is one archive alone',
  ),
  FLOE_ARCHIVE_TEAM_MEMORY_BYTES: memory(512).describe('Most of it for the archives of one team'),
};

const schema = z.object(archiveSettings);

export type ArchiveSettings = SettingsOf<typeof schema>;

export const defaultArchiveSettings: ArchiveSettings = settingsFrom(schema, {});

export function spoolPlaceOf(settings: ArchiveSettings): SpoolPlace {
  return {
    directory: settings.spoolDir ?? tmpdir(),
    limits: {
      maxEntries: settings.archiveMaxEntries,
      maxBytes: settings.archiveMaxBytes,
      maxFileBytes: settings.archiveMaxFileBytes,
      maxNameBytes: settings.archiveMaxNameBytes,
      maxRatio: settings.archiveMaxRatio,
      maxSeconds: settings.archiveMaxSeconds,
    },
  };
}

function memory(usualMib: number): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .default(usualMib * MIB);
}

function above0(
  limit: keyof ArchiveLimits,
  most = Number.MAX_SAFE_INTEGER,
): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce.number().int().min(1).max(most).default(defaultLimits[limit]);
}
