import type { Transaction } from '@floe/messaging';

/** The tags of the repositories. Whoever writes one locks its repository first. */
export abstract class Tags {
  /** Locks the repository until the transaction ends; makes it on first use. */
  abstract lock(repository: string, tx: Transaction): Promise<void>;

  abstract find(repository: string, tag: string, tx: Transaction): Promise<string | undefined>;

  /** Names after `after` in the order of their bytes; `undefined` for a repository that does not exist. */
  abstract list(
    repository: string,
    page: { readonly after: string; readonly limit: number },
    tx: Transaction,
  ): Promise<readonly string[] | undefined>;

  /** Writes or moves a free tag. */
  abstract move(repository: string, tag: string, digest: string, tx: Transaction): Promise<void>;

  abstract remove(repository: string, tag: string, tx: Transaction): Promise<boolean>;

  /**
   * Writes the tag of a version, never to move, and lets `latest` name the highest version.
   * Gives the digest that the tag has now: another one when it was there already.
   */
  abstract freeze(
    repository: string,
    version: number,
    digest: string,
    tx: Transaction,
  ): Promise<string>;
}
