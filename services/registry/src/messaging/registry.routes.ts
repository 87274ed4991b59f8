import { AliasMoved, VersionAssigned } from '@floe/contracts';
import type { Router, Transaction } from '@floe/messaging';
import type { JobQueue } from '@floe/work';

import type { MoveAlias } from '../application/move-alias.ts';
import type { PublishVersion } from '../application/publish-version.ts';
import { ImageNotThere, VersionTagTaken } from '../domain/errors.ts';

/** Everything the registry listens to, in one place. */
export function registryRoutes(
  router: Router,
  publishVersion: PublishVersion,
  moveAlias: MoveAlias,
  queue: JobQueue<VersionAssigned>,
): Router {
  const publish = async (assigned: VersionAssigned, tx: Transaction): Promise<void> => {
    try {
      await publishVersion.execute(assigned, new Date(), tx);
    } catch (error) {
      if (!(error instanceof ImageNotThere || error instanceof VersionTagTaken)) throw error;
      // Others' versions do not wait for this one.
      await queue.enqueue({ id: assigned.buildId, team: assigned.team, payload: assigned }, tx);
    }
  };
  return router
    .on(VersionAssigned, publish, { again: publish })
    .on(AliasMoved, (moved, tx) => moveAlias.execute(moved, tx));
}
