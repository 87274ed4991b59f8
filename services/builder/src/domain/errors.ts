import { DomainError } from '@floe/http/domain-error';

/** No fact has told of this build. */
export class BuildNotFound extends DomainError {
  readonly code = 'BUILD_NOT_FOUND';
  readonly hint = 'Look at GET /api/v1/builds.';

  constructor(readonly buildId: string) {
    super(`There is no build ${buildId}.`);
  }
}
