/** A model's place: `team/name`. */
export interface ModelName {
  readonly team: string;
  readonly name: string;
}

/** The path of a model below `/api/v1`, escaped. */
export function modelPath({ team, name }: ModelName): string {
  return `/api/v1/models/${encodeURIComponent(team)}/${encodeURIComponent(name)}`;
}

/** A number, `latest`, or an alias. */
export type VersionName = number | string;

export function versionPath(model: ModelName, version: VersionName): string {
  return `${modelPath(model)}/versions/${encodeURIComponent(version)}`;
}
