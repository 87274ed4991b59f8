import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import { type BuildSpec, type LocalItem, type ModelName, walk } from '@floe/client';
import type { ServingModel } from '@floe/signature';
import { servingFiles } from '@floe/signature/rules';

import { parseModel } from '../names/model-name.ts';
import { checkSlug } from '../names/slug.ts';
import { payloadOf } from './payload.ts';
import { buildSpecOf, readServingYaml, withoutEffect } from './serving-yaml.ts';

/** What is to be uploaded: files, where they go, and how they are built. */
export interface Source {
  readonly model: ModelName;
  readonly items: readonly LocalItem[];
  readonly spec: BuildSpec;
  /** What a person should know of it, a line each. */
  readonly notes: readonly string[];
  /** The folder that the files lie in. */
  readonly folder: string;
}

interface Wanted {
  /** `name` or `team/name`, as the command line says it. */
  readonly model: string | undefined;
  /** Of names that are written without one. */
  readonly team: string;
}

/**
 * Reads a folder, with its serving.yaml where it has one, or a file.
 * @throws UsageError, InvalidContract, WalkError
 */
export async function readSource(
  path: string,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Source> {
  const local = await folderOrFile(path);
  const serving = local.isFolder ? await readServingYaml(local.path) : undefined;
  const model = modelOf(wanted, serving, local.path);
  const walked = await walk(local.path, { signal });
  return {
    model,
    items: local.isFolder ? payloadOf(walked.items, serving?.payload) : walked.items,
    spec: serving ? buildSpecOf(serving) : {},
    notes: [...leftOutLine(walked.leftOut), ...(serving ? withoutEffect(serving) : [])],
    folder: local.isFolder ? local.path : dirname(local.path),
  };
}

const mostNamed = 10;

function leftOutLine(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const named = paths.toSorted().slice(0, mostNamed);
  const others = paths.length - named.length;
  return [`left out: ${named.join(' ')}${others > 0 ? ` and ${others} more` : ''}`];
}

/** A serving.yaml stands for its folder; what is not there is the walk's to say. */
async function folderOrFile(
  path: string,
): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  const local = resolve(path);
  if (servingFiles.includes(basename(local))) return { path: dirname(local), isFolder: true };
  const stats = await stat(local).catch(() => undefined);
  return stats?.isDirectory() ? { path: local, isFolder: true } : { path, isFolder: false };
}

/** The command line wins over serving.yaml, which wins over the path. */
function modelOf(wanted: Wanted, serving: ServingModel | undefined, path: string): ModelName {
  const team = serving?.team ?? wanted.team;
  if (wanted.model !== undefined) return parseModel(wanted.model, checkSlug('team', team));
  const name = serving?.name ?? basename(path).toLowerCase();
  return { team: checkSlug('team', team), name: checkSlug('model', name) };
}
