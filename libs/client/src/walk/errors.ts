/** Why a folder cannot be a model as it is; `path` is the path within it. */
export class WalkError extends Error {
  constructor(
    readonly code:
      | 'NOT_FOUND'
      | 'LINK_DANGLING'
      | 'LINK_CYCLE'
      | 'NOT_A_FILE'
      | 'PATH_NOT_UTF8'
      | 'PATH_INVALID'
      | 'PATH_TWICE'
      | 'LFS_POINTER'
      | 'EMPTY_MODEL'
      | 'FILE_CHANGED',
    readonly path: string,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'WalkError';
  }
}
