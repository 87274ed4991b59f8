import { matchesPattern } from './path-pattern.ts';
import { PayloadInvalid } from './payload-invalid.ts';

/** Names of the specification at the root of a model; the first that is there is meant. */
export const servingFiles: readonly string[] = ['serving.yaml', 'serving.yml'];

/** More of them would be work without end in a model of many files. */
const mostPatterns = 32;
const mostPatternParts = 32;

/**
 * Decides which files of a folder or an archive are the model: those that `payload` names (files, folders with all within, patterns
 * of `*`, `?` and `**`), else all but the specification itself, which is payload only where it names itself.
 */
export class Payload {
  readonly #missing = new Map<string, string>();
  readonly #paths = new Set<string>();
  readonly #patterns: (readonly string[])[] = [];
  readonly #place: 'folder' | 'archive';
  #everything: boolean;

  /** Throws PayloadInvalid for an entry that can name nothing; `place` is told in its message. */
  constructor(entries: readonly string[] | undefined, place: 'folder' | 'archive') {
    this.#place = place;
    this.#everything = entries === undefined;
    for (const entry of entries ?? []) this.#add(entry);
    if (this.#patterns.length > mostPatterns)
      throw new PayloadInvalid(
        'too many patterns',
        `has more than ${mostPatterns} patterns`,
        'Name folders.',
      );
  }

  has(path: string): boolean {
    const parts = path.split('/');
    const named = this.#everything && !servingFiles.includes(path);
    const byPath = this.#namesAbove(parts);
    const byPattern = this.#patterns.filter((pattern) => matchesPattern(pattern, parts));
    for (const name of byPath) this.#missing.delete(name);
    for (const pattern of byPattern) this.#missing.delete(pattern.join('/'));
    return named || byPath.length > 0 || byPattern.length > 0;
  }

  /** To be called after `has` of everything. Throws PayloadInvalid for an entry that names none of it. */
  checkAllFound(): void {
    for (const entry of this.#missing.values())
      throw new PayloadInvalid(
        'missing',
        `names ${JSON.stringify(entry)}, which is not in the ${this.#place}`,
        'Put it in, or correct its name.',
      );
  }

  #add(entry: string): void {
    const parts = partsOf(entry, this.#place);
    const path = parts.join('/');
    if (path === '') {
      this.#everything = true;
      return;
    }
    this.#missing.set(path, entry);
    if (parts.every((part) => !/[*?]/.test(part))) this.#paths.add(path);
    else if (parts.length <= mostPatternParts) this.#patterns.push(parts);
    else
      throw new PayloadInvalid(
        'pattern too long',
        `has a pattern of more than ${mostPatternParts} names`,
        'Shorten it.',
      );
  }

  /** `a/b/c` is named by itself and by each folder above it. */
  #namesAbove(parts: readonly string[]): readonly string[] {
    return parts
      .map((_, index) => parts.slice(0, index + 1).join('/'))
      .filter((name) => this.#paths.has(name));
  }
}

/** Without `.`; with each `..` undone where it stays inside. */
function partsOf(entry: string, place: string): readonly string[] {
  const parts: string[] = [];
  const outside = (): PayloadInvalid =>
    new PayloadInvalid(
      'outside',
      `names ${JSON.stringify(entry)}, which lies outside of the ${place}`,
      `Put it in, and name it relative to the root of the ${place}.`,
    );
  if (entry.startsWith('/')) throw outside();
  for (const part of entry.normalize('NFC').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw outside();
  }
  return parts;
}
