import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import { type BuildSpec, type LocalItem, type ModelName, walk } from '@floe/client';

import { parseModel } from '../names/model-name.ts';
import { checkSlug } from '../names/slug.ts';

/** What is to be uploaded: files, where they go, and how they are built. */
export interface Source {
  readonly model: ModelName;
  readonly items: readonly LocalItem[];
  readonly leftOut: readonly string[];
  readonly spec: BuildSpec;
  /** The folder that the files lie in. */
  readonly folder: string;
}

/**
 * Reads a folder or a file.
 * @throws UsageError, WalkError
 */
export async function readSource(
  path: string,
  model: string | undefined,
  team: string,
  signal: AbortSignal,
): Promise<Source> {
  const local = resolve(path);
  const named = model === undefined ? undefined : parseModel(model, team);
  const { items, leftOut } = await walk(path, { signal });
  const isFolder = (await stat(local)).isDirectory();
  return {
    model: named ?? namedAfter(local, team),
    items,
    leftOut,
    spec: {},
    folder: isFolder ? local : dirname(local),
  };
}

function namedAfter(local: string, team: string): ModelName {
  return { team: checkSlug('team', team), name: checkSlug('model', basename(local).toLowerCase()) };
}
