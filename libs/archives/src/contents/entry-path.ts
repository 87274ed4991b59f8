import { checkPath, LayoutError } from '@floe/layers';

import { pathInvalid } from '../archive-refused.ts';

/** The path in the model; `undefined` for the root of the archive. @throws ArchiveRefused `PATH_INVALID` */
export function entryPath(name: string): string | undefined {
  const path = name.startsWith('/') ? name : withoutEmptyParts(name);
  if (path === '') return undefined;
  try {
    checkPath(path);
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    throw pathInvalid(name, error);
  }
  return path;
}

/** `./a`, `a/./b`, `a//b` and `a/` name what a system that unpacks them names: these are how tars of `.` are written. */
function withoutEmptyParts(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
