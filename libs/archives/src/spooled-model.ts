import type { Item } from '@floe/layers';

import type { Contents } from './contents/contents.ts';
import type { Spool } from './spool/spool.ts';

/** The files of an archive, read from the spool by ranges in any order until it is disposed of. */
export class SpooledModel implements AsyncDisposable {
  readonly items: readonly Item[];

  constructor(
    private readonly spool: Spool,
    private readonly contents: Contents,
  ) {
    this.items = contents.items();
  }

  /** Of a file among the items. */
  open({ path }: Item): AsyncIterable<Uint8Array> {
    const range = this.contents.files.get(path);
    if (!range) throw new Error(`${path} is no file of the archive`);
    return this.spool.read(range);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.spool[Symbol.asyncDispose]();
  }
}
