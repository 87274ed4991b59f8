import { availableParallelism } from 'node:os';

import { settingsFrom, type SettingsOf } from '@floe/settings';
import { z } from 'zod';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const MOST_THREADS = 4;

/** What uploads may take while they come; the platform spreads them into its own schema. */
export const partSettings = {
  FLOE_UPLOAD_MAX_BYTES_IN_FLIGHT: above0(GIB).describe(
    'Most bytes of parts that may be on their way into one upload process; beyond it parts wait for some seconds, then their senders are told to come again',
  ),
  FLOE_UPLOAD_TEAM_MAX_BYTES_IN_FLIGHT: above0(GIB / 2).describe(
    'Most of them that one team may send at once',
  ),
  FLOE_UPLOAD_MAX_OPEN: above0(2_048).describe(
    'Most models and layers that may be on their way into one upload process as whole bodies; each takes up to half a MiB of memory; beyond it senders are told to wait',
  ),
  FLOE_UPLOAD_TEAM_MAX_OPEN: above0(1_024).describe('Most of them that one team may send at once'),
  FLOE_UPLOAD_PROOF_MEMORY_BYTES: above0(64 * MIB).describe(
    'Memory of one upload process for parts that pass into a bucket, until they are hashed; those that find no room are read back',
  ),
  FLOE_UPLOAD_PROOF_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe(
      'Threads of one upload process that hash parts behind their arrival. Default: one less than the processors, 1 to 4',
    ),
};

const schema = z.object(partSettings);

export type PartSettings = SettingsOf<typeof schema>;

export const defaultPartSettings: PartSettings = settingsFrom(schema, {});

export function proofThreadsOf({ uploadProofThreads }: PartSettings): number {
  return uploadProofThreads ?? Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));
}

function above0(usual: number): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).default(usual);
}
