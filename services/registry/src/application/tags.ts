import type { Transaction } from '@floe/messaging';

export interface VersionTag {
  readonly repository: string;
  readonly version: number;
  readonly digest: string;
}

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
   * Writes the tags of versions, never to move, and lets each `latest` name the highest version. Locks the
   * repositories. Gives for each the digest that the tag has now: another one when it was there already, `undefined`
   * when the repository does not have the image.
   */
  abstract freeze(
    versions: readonly VersionTag[],
    tx: Transaction,
  ): Promise<readonly (string | undefined)[]>;
}
