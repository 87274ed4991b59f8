import { ModelRefused } from './errors.ts';
import { matchesPattern } from './path-pattern.ts';

/** Names of the specification at the root of an archive; the first that is there is meant. */
export const SERVING_FILES: readonly string[] = ['serving.yaml', 'serving.yml'];

/** More of them would be work without end in an archive of many files. */
const MOST_PATTERNS = 32;
const MOST_PATTERN_PARTS = 32;

/**
 * Decides which files of an archive are the model: those that `payload` names (files, folders with all within, patterns
 * of `*`, `?` and `**`), else all but the specification itself, which is payload only where it names itself.
 */
export class Payload {
  readonly #missing = new Map<string, string>();
  readonly #paths = new Set<string>();
  readonly #patterns: (readonly string[])[] = [];
  #everything: boolean;

  /** Throws ModelRefused for an entry that can name nothing. */
  constructor(entries?: readonly string[]) {
    this.#everything = entries === undefined;
    for (const entry of entries ?? []) this.#add(entry);
    if (this.#patterns.length > MOST_PATTERNS)
      throw refused(`has more than ${MOST_PATTERNS} patterns`, 'Name folders.');
  }

  has(path: string): boolean {
    const parts = path.split('/');
    const named = this.#everything && !SERVING_FILES.includes(path);
    const byPath = this.#namesAbove(parts);
    const byPattern = this.#patterns.filter((pattern) => matchesPattern(pattern, parts));
    for (const name of byPath) this.#missing.delete(name);
    for (const pattern of byPattern) this.#missing.delete(pattern.join('/'));
    return named || byPath.length > 0 || byPattern.length > 0;
  }

  /** To be called after `has` of everything. Throws ModelRefused for an entry that names none of it. */
  checkAllFound(): void {
    for (const entry of this.#missing.values())
      throw refused(
        `names ${JSON.stringify(entry)}, which is not in the archive`,
        'Put it in, or correct its name.',
      );
  }

  #add(entry: string): void {
    const parts = partsOf(entry);
    const path = parts.join('/');
    if (path === '') {
      this.#everything = true;
      return;
    }
    this.#missing.set(path, entry);
    if (parts.every((part) => !/[*?]/.test(part))) this.#paths.add(path);
    else if (parts.length <= MOST_PATTERN_PARTS) this.#patterns.push(parts);
    else throw refused(`has a pattern of more than ${MOST_PATTERN_PARTS} names`, 'Shorten it.');
  }

  /** `a/b/c` is named by itself and by each folder above it. */
  #namesAbove(parts: readonly string[]): readonly string[] {
    return parts
      .map((_, index) => parts.slice(0, index + 1).join('/'))
      .filter((name) => this.#paths.has(name));
  }
}

/** Without `.`; with each `..` undone where it stays inside. */
function partsOf(entry: string): readonly string[] {
  const parts: string[] = [];
  const outside = (): ModelRefused =>
    refused(
      `names ${JSON.stringify(entry)}, which lies outside of the archive`,
      'Put it in, and name it relative to the root of the archive.',
    );
  if (entry.startsWith('/')) throw outside();
  for (const part of entry.normalize('NFC').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw outside();
  }
  return parts;
}

function refused(what: string, hint: string): ModelRefused {
  return new ModelRefused('SPEC_INVALID', `The payload of serving.yaml ${what}.`, { hint });
}
