import type { Layer } from '@floe/contracts';
import { BlobReader } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import type { CheckedFiles } from '../domain/build.ts';
import { checkedFiles, type IndexedLayer } from '../domain/checked-files.ts';

/** Checks the layers of large models elsewhere, so that others need not wait. Throws ModelRefused as `checkedFiles`. */
export abstract class LargeChecks {
  /** Takes the indexes over. */
  abstract execute(layers: readonly IndexedLayer[]): Promise<CheckedFiles>;
}

/** Some milliseconds of work: asking a thread would take longer. */
const SMALL_BYTES = 64 * 1024;

/** Checks over all layers of a model what no layer can show by itself. */
@Injectable()
export class CheckFiles {
  constructor(
    private readonly store: BlobReader,
    private readonly largeChecks: LargeChecks,
  ) {}

  /** Throws ModelRefused when the layers are not those that the layout gives for their files. */
  async execute(layers: readonly Layer[]): Promise<CheckedFiles> {
    const indexed = await Promise.all(layers.map((layer) => this.#indexed(layer)));
    const bytes = indexed.reduce((sum, { index }) => sum + index.length, 0);
    return bytes <= SMALL_BYTES ? checkedFiles(indexed) : this.largeChecks.execute(indexed);
  }

  async #indexed({ digest, sizeBytes }: Layer): Promise<IndexedLayer> {
    const index = await this.store.readIndex(digest);
    if (index === undefined) throw new Error(`layer ${digest} is proven but has no index`);
    return { sizeBytes, index };
  }
}
