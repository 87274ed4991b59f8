import {
  archiveKind,
  ArchiveRefused,
  IncomingBytes,
  KIND_BYTES,
  spoolArchive,
  spoolFile,
  type SpoolPlace,
} from '@floe/archives';
import type { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import type { ArchiveListings } from '../application/archive-listings.ts';
import type { ProveLayer } from '../application/prove-layer.ts';
import { ReadArchive, type ReadModel } from '../application/read-archive.ts';
import { readSingleFile, UNNAMED } from '../application/read-single-file.ts';
import type { ModelUpload } from '../application/receive-model.ts';
import type { ModelSource } from '../application/store-model.ts';
import { ModelRefused } from '../domain/errors.ts';
import { type ReadSpec, specifiedModel } from './specified-model.ts';
import { StagedFiles } from './staged-files.ts';

/**
 * Archives are read into a spool of this process, which is gone with the request, or with the process; their big files
 * go straight into layers.
 */
@Injectable()
export class SpooledArchives extends ReadArchive {
  constructor(
    private readonly place: SpoolPlace,
    private readonly readSpec: ReadSpec,
    private readonly proveLayer: ProveLayer,
    private readonly store: BlobStore,
    private readonly listings: ArchiveListings,
  ) {
    super();
  }

  override async execute(upload: ModelUpload, signal: AbortSignal): Promise<ReadModel> {
    try {
      return await this.#read(upload, new IncomingBytes(upload.bytes), signal);
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error;
      throw refusalOf(error);
    }
  }

  async #read(
    { team, form, filename, sizeBytes }: ModelUpload,
    bytes: IncomingBytes,
    signal: AbortSignal,
  ): Promise<ReadModel> {
    const isArchive =
      form === 'archive' ||
      (form === 'told-by-bytes' && archiveKind(await bytes.peek(KIND_BYTES)) !== undefined);
    if (isArchive) return this.#readArchive(team, bytes, signal);
    return sizeBytes === undefined
      ? asItIs(await spoolFile(bytes, filename ?? UNNAMED, this.place, signal))
      : asItIs(unspooled(readSingleFile(filename, sizeBytes, bytes.rest())));
  }

  async #readArchive(team: string, bytes: IncomingBytes, signal: AbortSignal): Promise<ReadModel> {
    await using opened = new AsyncDisposableStack();
    const bigFiles = opened.use(new StagedFiles(this.proveLayer, this.store, signal));
    const listing = opened.use(this.listings.listing(team));
    const archive = opened.use(await spoolArchive(bytes, this.place, signal, bigFiles, listing));
    const model = await specifiedModel(archive, this.readSpec);
    const stack = opened.move();
    return {
      ...model,
      open: (item) => archive.open(item),
      staged: (plan) => bigFiles.take(plan),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  }
}

function refusalOf(error: ArchiveRefused): ModelRefused {
  const { code, message, limit } = error;
  const setting = limit && `FLOE_ARCHIVE_${limit.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
  const hint = setting ? `${error.hint} The limit is the setting ${setting}.` : error.hint;
  return new ModelRefused(code, message, { hint, cause: error });
}

/** A body of known size needs no spool. */
function unspooled(file: ModelSource): ModelSource & AsyncDisposable {
  return { ...file, [Symbol.asyncDispose]: async () => {} };
}

function asItIs(file: Omit<ModelSource, 'staged'> & AsyncDisposable): ReadModel {
  return {
    items: file.items,
    open: (item) => file.open(item),
    staged: () => undefined,
    spec: undefined,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
