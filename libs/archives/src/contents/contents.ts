import { type Item, type Steps, stepping } from '@floe/layers';

import type { ArchiveLimits } from '../archive-limits.ts';
import { invalid, pathTwice } from '../archive-refused.ts';
import type { Spool, SpoolRange } from '../spool/spool.ts';
import { Allowance } from './allowance.ts';
import type { Aside } from './aside.ts';
import { entryPath } from './entry-path.ts';
import type { Listing } from './listing.ts';

/** Where the content of a file is. */
export type StoredFile = { readonly sizeBytes: number } & (
  | { readonly kind: 'spooled'; readonly offset: number }
  | { readonly kind: 'packed'; readonly unpack: () => AsyncIterable<Uint8Array> }
  | { readonly kind: 'aside' }
);

/**
 * What a reader finds in an archive, checked as it is found: names as models may have them, each file once, within the
 * limits. Content goes to the spool, or aside; of the rest only names and numbers are held.
 */
export class Contents {
  readonly #allowance: Allowance;
  readonly #files = new Map<string, StoredFile>();
  readonly #directories = new Set<string>();
  /** Those with something in them. */
  readonly #filled = new Set<string>();
  #latest: string | undefined;

  constructor(
    readonly spool: Spool,
    readonly limits: ArchiveLimits,
    private readonly signal: AbortSignal,
    private readonly aside?: Aside,
    listing?: Listing,
  ) {
    this.#allowance = new Allowance(limits, listing);
  }

  /** The entry that is being read. */
  get latest(): string | undefined {
    return this.#latest;
  }

  get files(): ReadonlyMap<string, StoredFile> {
    return this.#files;
  }

  /** To be called first for an entry of any kind. @throws ArchiveRefused, the reason of the interruption */
  begin(name: string): void {
    this.#latest = name;
    this.signal.throwIfAborted();
    this.#allowance.takeEntry(name);
  }

  /** To be called for an entry that was begun before others. @throws the reason of the interruption */
  resume(name: string): void {
    this.#latest = name;
    this.signal.throwIfAborted();
  }

  /** The body itself, as long as files may be together. @throws ArchiveRefused */
  allOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.#allowance.body(body);
  }

  /** Of all that was inflated until now. @throws ArchiveRefused */
  checkRatio(packedBytes: number, inflatedBytes: number): void {
    this.#allowance.checkRatio(this.#latest, packedBytes, inflatedBytes);
  }

  /** @throws ArchiveRefused */
  addDirectory(name: string): void {
    const path = entryPath(name);
    if (path === undefined) return;
    if (this.#files.has(path)) throw pathTwice(name, 'is a directory and was a file before');
    this.#fillParents(name, path);
    this.#directories.add(path);
  }

  /** `content` gives the `sizeBytes` bytes that were announced, or throws. @throws ArchiveRefused, StoreFull */
  async addFile(
    name: string,
    content: AsyncIterable<Uint8Array>,
    sizeBytes?: number,
  ): Promise<void> {
    const path = this.#claim(name);
    const checked = this.#interruptible(this.#allowance.file(name, content, sizeBytes));
    if (sizeBytes !== undefined && (await this.#putAside(path, checked, sizeBytes))) return;
    const offset = this.spool.sizeBytes;
    for await (const chunk of checked) await this.spool.append(chunk);
    this.#files.set(path, { kind: 'spooled', offset, sizeBytes: this.spool.sizeBytes - offset });
  }

  /** A file whose content is packed in the spool and is read to its end to check it. @throws ArchiveRefused, StoreFull */
  async addPacked(
    name: string,
    content: AsyncIterable<Uint8Array>,
    sizeBytes: number,
    unpack: () => AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const path = this.#claim(name);
    const checked = this.#interruptible(this.#allowance.file(name, content, sizeBytes));
    if (await this.#putAside(path, checked, sizeBytes)) return;
    for await (const chunk of checked) void chunk;
    this.#files.set(path, { kind: 'packed', sizeBytes, unpack });
  }

  /** A file whose content is in the spool already. @throws ArchiveRefused */
  addRange(name: string, range: SpoolRange): void {
    const path = this.#claim(name);
    this.#allowance.takeFile(name, range.sizeBytes);
    this.#files.set(path, { kind: 'spooled', ...range });
  }

  /** Directories are items when nothing is in them. */
  *items(): Steps<readonly Item[]> {
    const items: Item[] = [];
    yield* stepping(this.#files, ([path, { sizeBytes }]) => {
      items.push({ path, sizeBytes });
    });
    yield* stepping(this.#directories, (path) => {
      if (!this.#filled.has(path)) items.push({ path, sizeBytes: 0, directory: true });
    });
    return items;
  }

  async #putAside(
    path: string,
    content: AsyncIterable<Uint8Array>,
    sizeBytes: number,
  ): Promise<boolean> {
    if (!this.aside?.wants({ path, sizeBytes })) return false;
    await this.aside.put({ path, sizeBytes }, content, this.signal);
    this.#files.set(path, { kind: 'aside', sizeBytes });
    return true;
  }

  async *#interruptible(
    content: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of content) {
      this.signal.throwIfAborted();
      yield chunk;
    }
  }

  #claim(name: string): string {
    const path = entryPath(name);
    if (path === undefined) throw invalid(name, 'is a file without a name');
    if (this.#files.has(path)) throw pathTwice(name, 'is there twice');
    if (this.#directories.has(path)) throw pathTwice(name, 'is a file and was a directory before');
    this.#fillParents(name, path);
    return path;
  }

  #fillParents(name: string, path: string): void {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end);
      if (this.#filled.has(parent)) return;
      if (this.#files.has(parent)) throw pathTwice(name, 'is below what was a file before');
      // A layer holds it as an entry, whether the archive does or not.
      if (!this.#directories.has(parent)) this.#allowance.takeEntry(parent);
      this.#filled.add(parent);
      this.#directories.add(parent);
    }
  }
}
