import type { ArchiveLimits } from './archive-limits.ts';
import { ArchiveRefused } from './archive-refused.ts';
import { Contents } from './contents/contents.ts';
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
): Promise<SpooledModel> {
  await using opened = new AsyncDisposableStack();
  const spool = opened.use(await Spool.open(directory));
  const contents = new Contents(spool, limits);
  const unwatch = interruptedBy(bytes, signal, limits, () => contents.latest);
  try {
    await read(bytes, contents);
    await drain(bytes, limits);
  } finally {
    unwatch();
  }
  await spool.settle();
  opened.move();
  return new SpooledModel(spool, contents);
}

function interruptedBy(
  bytes: IncomingBytes,
  signal: AbortSignal,
  { maxSeconds }: ArchiveLimits,
  latest: () => string | undefined,
): () => void {
  const onAbort = (): void => bytes.interrupt(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const timer = setTimeout(
    () => bytes.interrupt(tooSlow(latest(), maxSeconds)),
    maxSeconds * 1_000,
  );
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
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

/** A body is taken to its end, so that one that was cut is noticed. */
async function drain(bytes: IncomingBytes, { maxBytes }: ArchiveLimits): Promise<void> {
  const end = bytes.offset;
  while (await bytes.some(Infinity)) {
    if (bytes.offset - end <= maxBytes) continue;
    throw new ArchiveRefused({
      code: 'ARCHIVE_LIMIT',
      reason: `is followed by more than the limit of ${maxBytes} bytes`,
      hint: 'Send the archive without what follows it.',
      limit: 'maxBytes',
    });
  }
}
