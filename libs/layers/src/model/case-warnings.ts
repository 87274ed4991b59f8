import { quoted } from './quoted.ts';

/** Something to tell the uploader that hinders nothing. */
export interface LayoutWarning {
  readonly code: 'PATHS_DIFFER_BY_CASE';
  readonly message: string;
  readonly paths: readonly string[];
}

const MOST_WARNINGS = 20;

/** One for each set of paths that are equal after case folding, for file systems that cannot hold both; the first 20 sets. */
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

function warningOf(paths: readonly string[]): LayoutWarning {
  const names = paths.map(quoted).join(', ');
  return {
    code: 'PATHS_DIFFER_BY_CASE',
    message: `The paths ${names} differ only by case: some file systems cannot hold all of them.`,
    paths,
  };
}
