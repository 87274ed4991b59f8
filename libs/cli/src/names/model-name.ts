import type { ModelName } from '@floe/client';

import { UsageError } from '../errors.ts';
import { checkSlug } from './slug.ts';

/** A model, and which of its versions: a number, `latest`, or an alias. */
export interface VersionReference extends ModelName {
  readonly version: string | undefined;
}

/** `name`, `team/name`; `team` is meant where none is written. @throws UsageError */
export function parseModel(text: string, team: string): ModelName {
  const [first = '', second, ...more] = text.split('/');
  if (more.length > 0) throw new UsageError(`"${text}" is not a model`, 'write team/name');
  return second === undefined
    ? { team, name: checkSlug('model', first) }
    : { team: checkSlug('team', first), name: checkSlug('model', second) };
}

/** `team/name:version`. @throws UsageError */
export function parseVersion(text: string, team: string): VersionReference {
  const colon = text.indexOf(':');
  if (colon === -1) return { ...parseModel(text, team), version: undefined };
  const version = text.slice(colon + 1);
  if (!/^(?:[1-9]\d*|[a-z][a-z0-9._-]{0,63})$/.test(version)) {
    throw new UsageError(`"${version}" is not a version`, 'write a number, latest, or an alias');
  }
  return { ...parseModel(text.slice(0, colon), team), version };
}

/** `team/name:version`, where a version must be meant. @throws UsageError */
export function parseOneVersion(
  text: string,
  team: string,
): VersionReference & { readonly version: string } {
  const { version, ...model } = parseVersion(text, team);
  if (version !== undefined) return { ...model, version };
  throw new UsageError(`"${text}" names no version`, `write ${text}:latest or ${text}:1`);
}

export function modelText({ team, name }: ModelName): string {
  return `${team}/${name}`;
}
