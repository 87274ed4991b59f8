import type { IncomingBytes } from './incoming-bytes.ts';
import type { SpooledModel } from './spooled-model.ts';
import { spooled, type SpoolPlace } from './spooled.ts';

/** Keeps a body that is one file in a spool, because its layer begins with its size. @throws ArchiveRefused, StoreFull */
export function spoolFile(
  bytes: IncomingBytes,
  name: string,
  place: SpoolPlace,
  signal: AbortSignal,
): Promise<SpooledModel> {
  return spooled(bytes, place, signal, (body, contents) => {
    contents.begin(name);
    return contents.addFile(name, body.rest());
  });
}
