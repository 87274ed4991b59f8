import { matchesGlob, posix } from 'node:path';

import type { LocalItem } from '@floe/client';

import { UsageError } from '../errors.ts';
import { servingFiles } from './serving-yaml.ts';

/**
 * The files that are the model: those that `payload` names (files, folders with all within, globs), else all
 * but the specification itself, which is payload only where `payload` names it.
 * @throws UsageError for an entry that names nothing
 */
export function payloadOf(
  items: readonly LocalItem[],
  payload: readonly string[] | undefined,
): readonly LocalItem[] {
  const entries = (payload ?? ['.']).map(entryOf);
  const wanted = new Set<LocalItem>();
  for (const { text, path } of entries) {
    const found = items.filter((item) => isNamed(item.path, path));
    if (found.length === 0) {
      throw new UsageError(
        `serving.yaml names "${text}" as payload, and there is no such file`,
        'it may be among those that are left out; `!name` in .floeignore takes it in',
      );
    }
    for (const item of found) wanted.add(item);
  }
  return items.filter((item) => wanted.has(item));
}

interface Entry {
  readonly text: string;
  readonly path: string;
}

function entryOf(text: string): Entry {
  const path = posix.normalize(text.normalize('NFC')).replace(/\/$/, '');
  if (posix.isAbsolute(path) || path === '..' || path.startsWith('../')) {
    throw new UsageError(
      `serving.yaml names "${text}" as payload, which lies outside of its folder`,
      'move it into the folder, or link to it from there',
    );
  }
  return { text, path };
}

function isNamed(item: string, path: string): boolean {
  if (path === '.') return !servingFiles.includes(item);
  if (item === path || item.startsWith(`${path}/`)) return true;
  return ancestorsAndSelf(item).some((part) => matchesGlob(part, path));
}

/** `a/b/c` → `a`, `a/b`, `a/b/c`: a glob may name a folder. */
function ancestorsAndSelf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
