import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import ignore from 'ignore';

/** What no model needs; `.floeignore` adds to it and re-includes, in the syntax of gitignore. */
export const leftOutByDefault: readonly string[] = [
  '.git',
  '.hg',
  '.svn',
  '__pycache__',
  '*.pyc',
  '.ipynb_checkpoints',
  '.venv',
  'node_modules',
  '.DS_Store',
  '._*',
  'Thumbs.db',
];

/** Whether a path (with a slash at its end for a folder) is left out of the model. */
export type LeftOut = (path: string) => boolean;

/** The rules of a folder: the list above, then its `.floeignore`. */
export async function leftOutOf(folder: string): Promise<LeftOut> {
  const own = await readFile(join(folder, '.floeignore'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  const rules = ignore({ ignorecase: false }).add(leftOutByDefault).add(own);
  return (path) => rules.ignores(path);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
