import type { Inference, Upload, Warning } from '@floe/contracts';

/** A build whose signature is known: everything that an image is made of. */
export interface BuildTask {
  readonly team: string;
  readonly model: string;
  readonly buildId: string;
  readonly upload: Upload;
  readonly inference: Inference;
  readonly warnings: readonly Warning[];
}

/** An image that the registry was seen to have. */
export interface BuiltImage {
  readonly digest: string;
  /** Of all its content: manifest, config and layers. */
  readonly sizeBytes: number;
}

/** Of the model's images in any registry. */
export function repositoryOf({ team, model }: Pick<BuildTask, 'team' | 'model'>): string {
  return `${team}/${model}`;
}
