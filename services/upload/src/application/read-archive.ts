import type { BuildSpec } from '@floe/contracts';
import type { Item } from '@floe/layers';

import type { ModelUpload } from './receive-model.ts';

/** The files of an archive, kept aside until they are laid out; disposing of it frees the place. */
export interface ReadModel extends AsyncDisposable {
  readonly items: readonly Item[];
  open(item: Item): AsyncIterable<Uint8Array>;
  /** What the archive's `serving.yaml` asks for. */
  readonly spec: BuildSpec | undefined;
}

/** Reads a body whose files are not known before its end. */
export abstract class ReadArchive {
  /** Throws ModelRefused for what a model must not have, with the entry's name. */
  abstract execute(upload: ModelUpload, signal: AbortSignal): Promise<ReadModel>;
}
