import { quoted } from './quoted.ts';

/** Something to tell the uploader that hinders nothing. */
export interface LayoutWarning {
  readonly code: 'PATHS_DIFFER_BY_CASE';
  readonly message: string;
  /** Two or more, not always all. */
  readonly paths: readonly string[];
}

/** A hostile model can have a hundred thousand: a build keeps its warnings for ever. */
const MOST_WARNINGS = 20;
const MOST_PATHS = 4;

/** For each set of paths that are equal after case folding; at most 20, of four paths each. */
export function caseWarnings(paths: Iterable<string>): readonly LayoutWarning[] {
  const groups = Map.groupBy(paths, folded);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .slice(0, MOST_WARNINGS)
    .map(warningOf);
}

/** Both ways, because some characters have a counterpart in one direction only (K for Kelvin, ß, ſ). */
function folded(path: string): string {
  return path.toLowerCase().toUpperCase();
}

function warningOf(group: readonly string[]): LayoutWarning {
  const paths = group.slice(0, MOST_PATHS);
  const names = paths.map(quoted).join(', ');
  const more = group.length > paths.length ? ` and ${group.length - paths.length} more` : '';
  return {
    code: 'PATHS_DIFFER_BY_CASE',
    message: `The paths ${names}${more} differ only by case: some file systems hold one of them only.`,
    paths,
  };
}
