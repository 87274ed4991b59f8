import type { Layer } from '@floe/contracts';
import { checkCanonical, decodeIndex, LayoutError } from '@floe/layers';
import { BlobReader } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import type { CheckedFiles } from '../domain/build.ts';
import { ModelRefused } from '../domain/errors.ts';

/** Checks over all layers of a model what no layer can show by itself. */
@Injectable()
export class CheckFiles {
  constructor(private readonly store: BlobReader) {}

  /** Throws ModelRefused when the layers are not those that the layout gives for their files. */
  async execute(layers: readonly Layer[]): Promise<CheckedFiles> {
    const proven = await Promise.all(
      layers.map(async ({ digest, sizeBytes }) => {
        const index = await this.store.readIndex(digest);
        if (index === undefined) throw new Error(`layer ${digest} is proven but has no index`);
        return { sizeBytes, index: decodeIndex(index) };
      }),
    );
    const files = proven.flatMap(({ index }) => index.files);
    return {
      fileCount: files.length,
      fileBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      warnings: canonical(proven).map(({ code, message }) => ({ code, message })),
    };
  }
}

function canonical(
  layers: Parameters<typeof checkCanonical>[0],
): ReturnType<typeof checkCanonical> {
  try {
    return checkCanonical(layers);
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    throw new ModelRefused(error.code, error.message, { cause: error });
  }
}
