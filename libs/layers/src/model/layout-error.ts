export type LayoutErrorCode =
  | 'PATH_INVALID'
  | 'DEPTH'
  | 'PATH_TWICE'
  | 'SIZE_INVALID'
  | 'EMPTY_MODEL'
  | 'TOO_MANY_FILES'
  | 'LAYOUT_NOT_CANONICAL';

/** A model that Layout 1 cannot hold. The message names the entry and tells the uploader what to do. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError';
  readonly code: LayoutErrorCode;
  /** The path at fault, as it was given; absent when the fault is the model's as a whole. */
  readonly path: string | undefined;

  constructor(code: LayoutErrorCode, message: string, path?: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}
