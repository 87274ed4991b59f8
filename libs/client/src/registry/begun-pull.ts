import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, renameSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Item, Turns, writeLayer } from '@floe/layers';
import { z } from 'zod';

import { Folders } from './folders.ts';
import type { Unpacked } from './unpack-layer.ts';

const record = z.array(
  z.object({ path: z.string(), sizeBytes: z.number(), directory: z.literal(true).optional() }),
);

/** The folder holds something already, which a pull would mix with the model's files. */
export class FolderNotEmpty extends Error {
  readonly code = 'FOLDER_NOT_EMPTY';

  constructor(readonly folder: string) {
    super(`${folder} is not empty`);
    this.name = 'FolderNotEmpty';
  }
}

/**
 * A pull into a folder, which another process can take up: beside the model's files a folder, named after the image,
 * holds what each finished layer brought, and layers on their way in.
 */
export class BegunPull implements AsyncDisposable {
  readonly #state: string;
  readonly #staging: string;
  readonly #folders = new Folders();

  private constructor(
    private readonly folder: string,
    stateName: string,
  ) {
    this.#state = join(folder, stateName);
    this.#staging = join(this.#state, randomUUID());
  }

  /** @throws FolderNotEmpty unless the folder is empty, new, or holds a pull of the same image that was interrupted */
  static async open(folder: string, imageDigest: string): Promise<BegunPull> {
    // No file of the model can have this name: the name follows from the files.
    const name = `.floe-pull-${hexOf(imageDigest).slice(0, 32)}`;
    await mkdir(folder, { recursive: true });
    const entries = await readdir(folder);
    if (entries.length > 0 && !entries.includes(name)) throw new FolderNotEmpty(folder);
    const begun = new BegunPull(folder, name);
    await mkdir(begun.#staging, { recursive: true });
    return begun;
  }

  /** Where a layer is to be unpacked. */
  placeOf(layer: string): string {
    return join(this.#staging, hexOf(layer));
  }

  /** What the layer brought, if all of it is in the folder still: its files are read, and give the layer's digest. */
  async kept(layer: string): Promise<Unpacked | undefined> {
    try {
      const text = await readFile(this.#recordOf(layer), 'utf8');
      const items: readonly Item[] = record
        .parse(JSON.parse(text))
        .map(({ directory, ...item }) => ({ ...item, ...(directory && { directory }) }));
      return (await this.#digestOf(items)) === layer ? { items } : undefined;
    } catch {
      // Whatever is missing or changed: the layer is fetched again.
      return undefined;
    }
  }

  /** Moves the files of a proven layer to their places. */
  async settle(layer: string, { items }: Unpacked): Promise<void> {
    await writeFile(this.#recordOf(layer), JSON.stringify(items));
    const place = this.placeOf(layer);
    const turns = new Turns();
    for (const { path, directory } of items) {
      const target = join(this.folder, path);
      await this.#folders.make(directory ? target : dirname(target));
      if (!directory) renameSync(join(place, path), target);
      await turns.pause();
    }
  }

  /** Every layer is settled: the files of the model alone stay. */
  async finish(): Promise<void> {
    await rm(this.#state, { recursive: true, force: true });
  }

  /** Drops what is half done, and itself where nothing was done. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#staging, { recursive: true, force: true });
    await rmdir(this.#state).catch(() => {});
  }

  /** The files as the layer that they came from; none is taken for more than it holds. */
  async #digestOf(items: readonly Item[]): Promise<string> {
    const hash = createHash('sha256');
    const plan = { items, sizeBytes: 0, firstPath: '' };
    const open = ({ path }: Item) => createReadStream(join(this.folder, path));
    for await (const chunk of writeLayer(plan, open)) hash.update(chunk);
    return `sha256:${hash.digest('hex')}`;
  }

  #recordOf(layer: string): string {
    return join(this.#state, `${hexOf(layer)}.json`);
  }
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}
