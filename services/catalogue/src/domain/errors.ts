import { DomainError } from '@floe/http/domain-error';

/** No fact has told of this build. */
export class BuildNotFound extends DomainError {
  readonly code = 'BUILD_NOT_FOUND';
  readonly hint = 'Look at GET /api/v1/builds.';

  constructor(readonly buildId: string) {
    super(`There is no build ${buildId}.`);
  }
}

/** Nothing was ever uploaded under this name. */
export class ModelNotFound extends DomainError {
  readonly code = 'MODEL_NOT_FOUND';
  readonly hint = 'Look at GET /api/v1/models.';

  constructor(team: string, model: string) {
    super(`There is no model ${team}/${model}.`);
  }
}

/** The model has no such number, or no such alias. */
export class VersionNotFound extends DomainError {
  readonly code = 'VERSION_NOT_FOUND';
  readonly hint = 'Look at GET /api/v1/models/{team}/{name}/versions.';

  constructor(team: string, model: string, version: string | number) {
    super(`There is no version ${version} of ${team}/${model}.`);
  }
}

/** The version has no such file. */
export class FileNotFound extends DomainError {
  readonly code = 'FILE_NOT_FOUND';
  readonly hint = 'Look at GET /api/v1/models/{team}/{name}/versions/{v}/files.';

  constructor(team: string, model: string, version: string) {
    super(`${team}/${model}:${version} has no file of this path.`);
  }
}

/** The range that was asked for begins behind the file's end. */
export class RangeNotSatisfiable extends DomainError {
  readonly code = 'RANGE_NOT_SATISFIABLE';
  readonly hint = 'Ask for bytes within the size of the file, or for the whole file.';

  constructor(sizeBytes: number) {
    super(`The file has ${sizeBytes} bytes; the range lies outside of them.`);
  }
}

/** An alias is pullable as a tag, hence its version must be released before it is named. */
export class VersionNotReleased extends DomainError {
  readonly code = 'VERSION_NOT_RELEASED';
  readonly hint = 'Wait until the version is released, then move the alias.';

  constructor(team: string, model: string, version: number) {
    super(`Version ${version} of ${team}/${model} is not released yet.`);
  }
}

/** The alias does not exist, or does not exist any more. */
export class AliasNotFound extends DomainError {
  readonly code = 'ALIAS_NOT_FOUND';
  readonly hint = 'Look at the aliases of the model.';

  constructor(team: string, model: string, alias: string) {
    super(`${team}/${model} has no alias ${alias}.`);
  }
}

/** Somebody else moved the alias since the caller looked. */
export class AliasWasMoved extends DomainError {
  readonly code = 'ALIAS_MOVED';
  readonly hint = 'Look at the version that it names now, and decide again.';
  override readonly members: Readonly<Record<string, unknown>>;

  constructor(alias: string, present: number | undefined) {
    super(
      present === undefined
        ? `The alias ${alias} does not exist.`
        : `The alias ${alias} names version ${present}.`,
    );
    this.members = { version: present ?? 0 };
  }
}
