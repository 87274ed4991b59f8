import type { ModelFile } from '../files/model-files.ts';
import type { Reader } from './reader.ts';

/** A head is one request, and a model may have a hundred thousand files. */
const mostCandidates = 64;

/** The files that are worth a look: those that are named like models first, then the nearest to the root. */
export function candidatesOf(
  files: readonly ModelFile[],
  readers: readonly Pick<Reader, 'extensions'>[],
): readonly ModelFile[] {
  if (files.length <= mostCandidates) return files;
  const extensions = readers.flatMap((reader) => reader.extensions);
  const worth = (file: ModelFile) =>
    (extensions.some((extension) => file.path.toLowerCase().endsWith(extension)) ? 0 : 1000) +
    file.path.split('/').length;
  return files
    .map((file) => ({ file, worth: worth(file) }))
    .toSorted((a, b) => a.worth - b.worth)
    .slice(0, mostCandidates)
    .map(({ file }) => file);
}
