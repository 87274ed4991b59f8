import type { ModelSource } from './store-model.ts';

/** A file that came without a name: what it is, readers tell by its bytes. */
export const UNNAMED = 'model';

/** A body that is one file of known size goes straight into its layer: one pass, whatever its size. */
export function readSingleFile(
  filename: string | undefined,
  sizeBytes: number,
  bytes: AsyncIterable<Uint8Array>,
): ModelSource {
  return {
    items: [{ path: filename ?? UNNAMED, sizeBytes }],
    open: () => bytes,
    staged: () => undefined,
  };
}
