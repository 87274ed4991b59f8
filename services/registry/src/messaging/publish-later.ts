import type { VersionAssigned } from '@floe/contracts';
import { type Completion, type JobHandler, Workers, type WorkersParts } from '@floe/work';

import type { OtherRegistry } from '../application/other-registry.ts';
import type { PublishVersion } from '../application/publish-version.ts';
import { repositoryOf } from '../domain/model-repository.ts';

const LONGEST_PAUSE_MS = 60_000;
const CONCURRENCY = 4;
/** The largest that PostgreSQL's integer holds. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * Publishes what could not be published at once, and everything that another registry keeps. A version has its number: it is tried without end.
 */
export function publishLater(
  parts: WorkersParts,
  publishVersion: PublishVersion,
  elsewhere: OtherRegistry | undefined,
  process: { readonly owner: string; readonly sole: boolean },
): Workers<VersionAssigned> {
  const handler: JobHandler<VersionAssigned> = {
    async run({ payload }, signal): Promise<Completion> {
      if (elsewhere === undefined) return (tx) => publishVersion.execute(payload, new Date(), tx);
      const { version, imageDigest: digest } = payload;
      await elsewhere.release({ repository: repositoryOf(payload), version, digest }, signal);
      return (tx) => publishVersion.tell(payload, new Date(), tx);
    },
    cancelled: never,
    failed: never,
  };
  return new Workers(
    parts,
    {
      ...process,
      concurrency: CONCURRENCY,
      maxErrors: NO_LIMIT,
      maxDeaths: NO_LIMIT,
      longestPauseMs: LONGEST_PAUSE_MS,
    },
    handler,
  );
}

async function never(): Promise<void> {
  throw new Error('a publication neither fails nor is cancelled');
}
