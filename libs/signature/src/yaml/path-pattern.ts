/**
 * Whether a pattern names a path, or a folder above it: `*` is any characters of a name, `?` one of them, `**` any
 * names. Takes time in proportion to the lengths, whatever was written.
 */
export function matchesPattern(pattern: readonly string[], path: readonly string[]): boolean {
  let ends = [0];
  for (const part of pattern) {
    const [first = path.length] = ends;
    ends =
      part === '**'
        ? Array.from({ length: path.length - first + 1 }, (_, index) => first + index)
        : ends
            .filter((end) => end < path.length && matchesName(part, path[end] ?? ''))
            .map((end) => end + 1);
    if (ends.length === 0) return false;
  }
  return true;
}

/** On a mismatch only the last star takes one character more. */
function matchesName(pattern: string, name: string): boolean {
  let [at, star, taken] = [0, -1, 0];
  for (let index = 0; index < name.length;) {
    if (pattern[at] === '*') {
      [star, taken] = [at, index];
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star === -1) {
      return false;
    } else {
      taken += 1;
      [at, index] = [star + 1, taken];
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
