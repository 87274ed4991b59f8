import { BuildEnded, VersionAssigned } from '@floe/contracts';
import type { Router } from '@floe/messaging';

import type { RecordOutcome } from '../application/record-outcome.ts';

/** Everything the service listens to, in one place. */
export function uploadRoutes(router: Router, outcome: RecordOutcome): Router {
  return router
    .on(VersionAssigned, (fact, tx) => outcome.numbered(fact, tx))
    .on(BuildEnded, (fact, tx) => outcome.ended(fact, tx));
}
