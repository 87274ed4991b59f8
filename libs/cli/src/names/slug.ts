import { UsageError } from '../errors.ts';

const slug = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const mostCharacters = 64;

export function isSlug(name: string): boolean {
  return name.length <= mostCharacters && slug.test(name);
}

/** The nearest name by the rule; undefined when nothing of it can stay. */
export function suggestion(name: string): string | undefined {
  const near = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/([._-])[._-]+/g, '$1')
    .slice(0, mostCharacters)
    .replaceAll(/^[._-]+|[._-]+$/g, '');
  return isSlug(near) ? near : undefined;
}

/** @throws UsageError with a suggestion. */
export function checkSlug(what: 'team' | 'model', name: string): string {
  if (isSlug(name)) return name;
  const near = suggestion(name);
  throw new UsageError(
    `"${name}" cannot be the name of a ${what}: lower-case letters and digits, single . _ - between them, at most ${mostCharacters} characters`,
    near === undefined ? undefined : `"${near}" can`,
  );
}
