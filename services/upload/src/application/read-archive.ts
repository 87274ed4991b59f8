import type { BuildSpec } from '@floe/contracts';

import type { ModelUpload } from './receive-model.ts';
import type { ModelSource } from './store-model.ts';

/** The files of an archive, kept aside until they are laid out; disposing of it frees the place. */
export interface ReadModel extends ModelSource, AsyncDisposable {
  /** What the archive's `serving.yaml` asks for. */
  readonly spec: BuildSpec | undefined;
}

/** Reads a body whose files are not known before its end. */
export abstract class ReadArchive {
  /** Throws ModelRefused for what a model must not have, with the entry's name; then nothing of it is left. */
  abstract execute(upload: ModelUpload, signal: AbortSignal): Promise<ReadModel>;
}
