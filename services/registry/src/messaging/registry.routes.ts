import { AliasMoved, VersionAssigned } from '@floe/contracts';
import type { Router, Transaction } from '@floe/messaging';
import { gather, type Gathering } from '@floe/outbox';
import type { JobQueue } from '@floe/work';

import type { MoveAlias } from '../application/move-alias.ts';
import type { PublishVersion } from '../application/publish-version.ts';

/** Everything the registry listens to, in one place. */
export function registryRoutes(
  router: Router,
  publishVersion: PublishVersion,
  moveAlias: MoveAlias,
  queue: JobQueue<VersionAssigned>,
  elsewhere: boolean,
): Router {
  if (elsewhere) {
    // Aliases stay Floe's own: another registry is given the numbers, which never move.
    return router.on(VersionAssigned, (assigned, tx) =>
      queue.enqueue({ id: assigned.buildId, team: assigned.team, payload: assigned }, tx),
    );
  }
  const publications: Gathering<VersionAssigned> = {
    async write(versions, tx) {
      for (const { assigned } of await publishVersion.executeAll(versions, new Date(), tx)) {
        // Others' versions do not wait for this one.
        await queue.enqueue({ id: assigned.buildId, team: assigned.team, payload: assigned }, tx);
      }
    },
  };
  const publish = async (assigned: VersionAssigned, tx: Transaction): Promise<void> =>
    gather(tx, publications, assigned);
  return router
    .on(VersionAssigned, publish, { again: publish })
    .on(AliasMoved, (moved, tx) => moveAlias.execute(moved, tx));
}
