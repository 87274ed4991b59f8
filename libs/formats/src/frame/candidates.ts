import type { ModelFile } from '../files/model-files.ts';

/** A head is one request, and a model may have a hundred thousand files. */
const mostCandidates = 64;

/** The files that are worth a look: those that are named like models first, then the nearest to the root. */
export function candidatesOf(
  files: readonly ModelFile[],
  extensions: readonly string[],
): readonly ModelFile[] {
  if (files.length <= mostCandidates) return files;
  const worth = (file: ModelFile) =>
    (extensions.some((extension) => file.path.toLowerCase().endsWith(extension)) ? 0 : 1000) +
    file.path.split('/').length;
  return files
    .map((file) => ({ file, worth: worth(file) }))
    .toSorted((a, b) => a.worth - b.worth)
    .slice(0, mostCandidates)
    .map(({ file }) => file);
}
