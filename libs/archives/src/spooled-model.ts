import type { Item } from '@floe/layers';

import type { Aside } from './contents/aside.ts';
import type { Contents } from './contents/contents.ts';
import type { Spool } from './spool/spool.ts';

/** The files of an archive, read from where they are in any order until it is disposed of. */
export class SpooledModel implements AsyncDisposable {
  constructor(
    readonly items: readonly Item[],
    private readonly spool: Spool,
    private readonly contents: Contents,
    private readonly aside?: Aside,
  ) {}

  /** Of a file among the items. */
  open(item: Item): AsyncIterable<Uint8Array> {
    const file = this.contents.files.get(item.path);
    if (file?.kind === 'spooled') return this.spool.read(file);
    if (file?.kind === 'packed') return file.unpack();
    if (file && this.aside) return this.aside.open(item);
    throw new Error(`${item.path} is no file of the archive`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.spool[Symbol.asyncDispose]();
  }
}
