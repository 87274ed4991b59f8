import { Injectable } from '@nestjs/common';

import { RepositoryUnknown } from '../domain/errors.ts';
import { Statements } from './statements.ts';
import { Tags } from './tags.ts';

export interface TagPage {
  readonly tags: readonly string[];
  readonly more: boolean;
}

@Injectable()
export class ListTags {
  constructor(
    private readonly statements: Statements,
    private readonly tags: Tags,
  ) {}

  /** Throws RepositoryUnknown. */
  async execute(
    repository: string,
    { after, limit }: { readonly after: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<TagPage> {
    const page = { after, limit: limit + 1 };
    const found = await this.statements.run((tx) => this.tags.list(repository, page, tx), signal);
    if (found === undefined) throw new RepositoryUnknown(repository);
    return { tags: found.slice(0, limit), more: limit > 0 && found.length > limit };
  }
}
