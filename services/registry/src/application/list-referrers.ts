import { Injectable } from '@nestjs/common';

import type { Referrer } from '../domain/manifest.ts';
import { Manifests, type ReferrersQuery } from './manifests.ts';
import { Statements } from './statements.ts';

export interface ReferrerPage {
  readonly referrers: readonly Referrer[];
  readonly more: boolean;
}

@Injectable()
export class ListReferrers {
  constructor(
    private readonly statements: Statements,
    private readonly manifests: Manifests,
  ) {}

  /** A subject that nobody speaks of, or that does not exist, has an empty list. */
  async execute(
    repository: string,
    subject: string,
    query: ReferrersQuery,
    signal: AbortSignal,
  ): Promise<ReferrerPage> {
    const { limit } = query;
    const found = await this.statements.run(
      (tx) => this.manifests.referrers(repository, subject, { ...query, limit: limit + 1 }, tx),
      signal,
    );
    return { referrers: found.slice(0, limit), more: found.length > limit };
  }
}
