import {
  archiveKind,
  ArchiveRefused,
  IncomingBytes,
  KIND_BYTES,
  spoolArchive,
  spoolFile,
  type SpoolPlace,
} from '@floe/archives';
import { Injectable } from '@nestjs/common';

import { ReadArchive, type ReadModel } from '../application/read-archive.ts';
import { readSingleFile, UNNAMED } from '../application/read-single-file.ts';
import type { ModelUpload } from '../application/receive-model.ts';
import type { ModelSource } from '../application/store-model.ts';
import { ModelRefused } from '../domain/errors.ts';

/** Archives are read into a spool of this process; it is gone with the request, or with the process. */
@Injectable()
export class SpooledArchives extends ReadArchive {
  constructor(private readonly place: SpoolPlace) {
    super();
  }

  override async execute(upload: ModelUpload, signal: AbortSignal): Promise<ReadModel> {
    try {
      return await this.#read(upload, new IncomingBytes(upload.bytes), signal);
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error;
      const { code, message, hint } = error;
      throw new ModelRefused(code, message, { hint, cause: error });
    }
  }

  async #read(
    { form, filename, sizeBytes }: ModelUpload,
    bytes: IncomingBytes,
    signal: AbortSignal,
  ): Promise<ReadModel> {
    const isArchive =
      form === 'archive' ||
      (form === 'told-by-bytes' && archiveKind(await bytes.peek(KIND_BYTES)) !== undefined);
    if (isArchive) return modelOf(await spoolArchive(bytes, this.place, signal));
    if (sizeBytes !== undefined) return modelOf(passedOn(filename, sizeBytes, bytes));
    return modelOf(await spoolFile(bytes, filename ?? UNNAMED, this.place, signal));
  }
}

function modelOf(source: ModelSource & AsyncDisposable): ReadModel {
  return {
    items: source.items,
    open: (item) => source.open(item),
    spec: undefined,
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

/** A body of known size needs no spool. */
function passedOn(
  filename: string | undefined,
  sizeBytes: number,
  bytes: IncomingBytes,
): ModelSource & AsyncDisposable {
  const file = readSingleFile(filename, sizeBytes, bytes.rest());
  return { ...file, [Symbol.asyncDispose]: async () => {} };
}
