import type { Transaction } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import { IdempotencyKeyReused } from '../domain/errors.ts';
import { type IdempotencyKey, IdempotencyKeys } from './builds.ts';

/** A key of the caller and the hash of the request that it was sent with. */
export interface Claim extends IdempotencyKey {
  readonly requestHash: string;
}

/** Makes a request that is sent again, because its answer was lost, the same request. */
@Injectable()
export class Idempotency {
  constructor(private readonly keys: IdempotencyKeys) {}

  /** The build that the same request made before. Throws IdempotencyKeyReused for another request. */
  async twinOf(claim: Claim | undefined): Promise<string | undefined> {
    const taken = claim && (await this.keys.find(claim));
    if (claim && taken && taken.requestHash !== claim.requestHash) throw new IdempotencyKeyReused();
    return taken?.buildId;
  }

  /** Takes the key for the build, or gives the build of a twin that was first. */
  async take(claim: Claim | undefined, buildId: string, tx: Transaction): Promise<string> {
    if (claim === undefined) return buildId;
    const { requestHash } = claim;
    const taken = await this.keys.take(claim, { buildId, requestHash }, tx);
    if (taken.requestHash !== requestHash) throw new IdempotencyKeyReused();
    return taken.buildId;
  }
}
