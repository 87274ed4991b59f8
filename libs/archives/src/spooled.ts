import { inTurns } from '@floe/layers';

import type { ArchiveLimits } from './archive-limits.ts';
import { ArchiveRefused } from './archive-refused.ts';
import type { Aside } from './contents/aside.ts';
import { Contents } from './contents/contents.ts';
import type { Listing } from './contents/listing.ts';
import { drain } from './drain.ts';
import type { IncomingBytes } from './incoming-bytes.ts';
import { Spool } from './spool/spool.ts';
import { SpooledModel } from './spooled-model.ts';

export interface SpoolPlace {
  /** Of the spool files, which have no name in it for longer than it takes to open them. */
  readonly directory: string;
  readonly limits: ArchiveLimits;
}

type Reader = (bytes: IncomingBytes, contents: Contents) => Promise<void>;

/** Lets a reader fill a spool within the limits, then takes the rest of the body; a spool that fails is freed. */
export async function spooled(
  bytes: IncomingBytes,
  { directory, limits }: SpoolPlace,
  signal: AbortSignal,
  read: Reader,
  aside?: Aside,
  listing?: Listing,
): Promise<SpooledModel> {
  await using opened = new AsyncDisposableStack();
  const spool = opened.use(await Spool.open(directory));
  const interrupted = interruption(signal, limits, () => contents.latest);
  const contents = new Contents(spool, limits, interrupted.signal, aside, listing);
  interrupted.signal.addEventListener('abort', () => bytes.interrupt(interrupted.signal.reason));
  try {
    interrupted.signal.throwIfAborted();
    await read(bytes, contents);
    await drain(bytes, limits);
  } finally {
    interrupted.end();
  }
  await spool.settle();
  const items = await inTurns(contents.items());
  opened.move();
  return new SpooledModel(items, spool, contents, aside);
}

/** Aborted with the caller's signal, and when the time is over; the body, too, stops then. */
function interruption(
  signal: AbortSignal,
  { maxSeconds }: ArchiveLimits,
  latest: () => string | undefined,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const onTime = (): void => controller.abort(tooSlow(latest(), maxSeconds));
  const timer = setTimeout(onTime, maxSeconds * 1_000);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function tooSlow(entry: string | undefined, maxSeconds: number): ArchiveRefused {
  return new ArchiveRefused({
    code: 'ARCHIVE_LIMIT',
    entry,
    reason: `was reached when the limit of ${maxSeconds} seconds for an archive was over`,
    hint: 'Send it over a faster connection, or with the command line, which goes on after a break.',
    limit: 'maxSeconds',
  });
}
