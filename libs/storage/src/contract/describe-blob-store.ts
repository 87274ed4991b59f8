import { describe } from 'vitest';

import { describeNames } from './describe-names.ts';
import { describePublishing } from './describe-publishing.ts';
import { describePutting } from './describe-putting.ts';
import { describeReading } from './describe-reading.ts';
import { describeReceiving } from './describe-receiving.ts';
import { describeSweeping } from './describe-sweeping.ts';
import type { StartedStore } from './started-store.ts';

export type { StartedStore } from './started-store.ts';

/** What every BlobStore must do; call it in the adapter's own spec, with a function that gives an empty store. */
export function describeBlobStore(name: string, start: () => Promise<StartedStore>): void {
  describe(`${name} is a blob store`, () => {
    describeReceiving(start);
    describePublishing(start);
    describePutting(start);
    describeReading(start);
    describeSweeping(start);
    describeNames(start);
  });
}
