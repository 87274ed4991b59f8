import type { Upload } from '@floe/contracts';

/** An accepted upload whose signature is not known yet. */
export interface InferenceTask {
  readonly team: string;
  readonly model: string;
  readonly buildId: string;
  readonly upload: Upload;
}
