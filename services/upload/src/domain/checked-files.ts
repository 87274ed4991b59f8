import {
  checkCanonical,
  decodeIndex,
  type LayerIndex,
  LayoutError,
  MODEL_LIMITS,
} from '@floe/layers';

import type { CheckedFiles } from './build.ts';
import { ModelRefused } from './errors.ts';

/** A layer of the model as it was proven, with its index as it is stored. */
export interface IndexedLayer {
  readonly sizeBytes: number;
  readonly index: Uint8Array;
}

/** Of files and empty directories over all layers, as many as an archive may have. */
export const MOST_ITEMS = MODEL_LIMITS.entries;

/**
 * Checks over all layers of a model what no layer can show by itself. Takes seconds for the largest models.
 * Throws ModelRefused when the layers are not those that the layout gives for their files, or are too many files.
 */
export function checkedFiles(layers: readonly IndexedLayer[]): CheckedFiles {
  let items = 0;
  const proven = layers.map(({ sizeBytes, index: bytes }) => {
    const index = decodeIndex(bytes);
    items += index.files.length + index.emptyDirectories.length;
    if (items > MOST_ITEMS) throw tooMany();
    return { sizeBytes, index };
  });
  const warnings = canonical(proven).map(({ code, message }) => ({ code, message }));
  return { ...sumOf(proven), warnings };
}

function sumOf(layers: readonly { readonly index: LayerIndex }[]): Omit<CheckedFiles, 'warnings'> {
  let [fileCount, fileBytes] = [0, 0];
  for (const { index } of layers) {
    fileCount += index.files.length;
    for (const { sizeBytes } of index.files) fileBytes += sizeBytes;
  }
  return { fileCount, fileBytes };
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

function tooMany(): ModelRefused {
  const hint = 'Divide the model, or pack its small files into fewer.';
  const message = `The model has more than ${MOST_ITEMS} files and empty directories.`;
  return new ModelRefused('TOO_MANY_FILES', message, { hint });
}
