/** Something that the uploader should know although it stops nothing. */
export interface Warning {
  /** Stable UPPER_SNAKE. */
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the signature. */
  readonly pointer?: string;
}
