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
  /** The folder of the files and the path that was given, for git. */
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
  const { items, leftOut } = await walk(path, { signal });
  const local = resolve(path);
  const isFolder = (await stat(local)).isDirectory();
  return {
    model: model === undefined ? named(local, team) : parseModel(model, team),
    items,
    leftOut,
    spec: {},
    folder: isFolder ? local : dirname(local),
  };
}

function named(local: string, team: string): ModelName {
  return { team: checkSlug('team', team), name: checkSlug('model', basename(local).toLowerCase()) };
}
