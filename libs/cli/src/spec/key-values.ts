import { UsageError } from '../errors.ts';

/** `--meta stage=prod --meta owner=me` as a record; the last of a name wins. @throws UsageError */
export function keyValues(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new UsageError(`"${pair}" is not key=value`, 'write --meta stage=production');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
