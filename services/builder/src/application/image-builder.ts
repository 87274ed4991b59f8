import type { BuildTask, BuiltImage } from '../domain/build-task.ts';

/** Takes a line for the log of the build. */
export type Log = (text: string) => void;

/** Makes the image of a task. */
export abstract class ImageBuilder {
  /**
   * Resolves when the image is in the registry under its digest and was read back. The same task gives the same
   * image, also when several do it at once. Throws BuildFailure, or the signal's reason when it is aborted.
   */
  abstract build(task: BuildTask, log: Log, signal: AbortSignal): Promise<BuiltImage>;
}
