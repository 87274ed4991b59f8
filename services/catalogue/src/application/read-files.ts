import type { Readable } from 'node:stream';

import { BlobReader } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { FileNotFound, VersionNotFound } from '../domain/errors.ts';
import type { FileList, PlacedFile } from '../domain/file-list.ts';
import type { ModelName } from '../domain/version.ts';
import { CatalogueQueries } from './catalogue-queries.ts';
import { FileLists } from './file-lists.ts';

/** The files of a version as they stand in its stored layers; nothing is unpacked. */
@Injectable()
export class ReadFiles {
  constructor(
    private readonly queries: CatalogueQueries,
    private readonly lists: FileLists,
    private readonly store: BlobReader,
  ) {}

  /** Throws VersionNotFound. */
  async list(name: ModelName, reference: string): Promise<FileList> {
    const version = await this.queries.version(name, reference);
    const upload = version?.told.succeeded?.upload;
    if (version === undefined || upload === undefined)
      throw new VersionNotFound(name.team, name.model, reference);
    return this.lists.of(version.buildId, upload.layers);
  }

  /** Throws VersionNotFound or FileNotFound. */
  async find(name: ModelName, reference: string, path: string): Promise<PlacedFile> {
    const file = (await this.list(name, reference)).find(path);
    if (file === undefined) throw new FileNotFound(name.team, name.model, reference);
    return file;
  }

  /** Streams a part of the file, half-open; the caller reads it to its end or destroys it. */
  open(
    { layer, offset }: PlacedFile,
    { start, end }: { readonly start: number; readonly end: number },
    signal: AbortSignal,
  ): Promise<Readable> {
    return this.store.read(layer, signal, { start: offset + start, end: offset + end });
  }
}
