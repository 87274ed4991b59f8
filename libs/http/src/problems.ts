interface ProblemKind {
  readonly status: number;
  /** What it means and what to do, for the page that `type` points to. */
  readonly text: string;
}

/** The error vocabulary of the public API, on one screen. A code is never taken away and never changes its meaning. */
export const PROBLEMS = {
  INVALID_REQUEST: {
    status: 400,
    text: 'The request does not have the form that is documented for this address; `errors` names each place.',
  },
  UNKNOWN_FIELD: {
    status: 400,
    text: 'The request has a field that does not exist here, perhaps a typing error; `errors` names it.',
  },
  ARCHIVE_INVALID: {
    status: 400,
    text: 'The archive cannot be read, or holds an entry that a model must not have; the detail names it.',
  },
  PATH_INVALID: {
    status: 400,
    text: 'A file of the model has a name that images cannot carry safely; rename it and send again.',
  },
  EMPTY_MODEL: { status: 400, text: 'A model needs at least one file.' },
  BODY_TRUNCATED: {
    status: 400,
    text: 'The body ended before it was complete; nothing was kept. Send it again.',
  },
  PART_CORRUPT: {
    status: 400,
    text: 'The bytes of the part have another CRC-32 than its header states; send it again.',
  },
  PART_SIZE_WRONG: {
    status: 400,
    text: 'The part has another length than the upload says; send exactly its bytes.',
  },
  DIGEST_INVALID: { status: 400, text: 'A digest is written sha256:<64 hex digits>.' },
  FORBIDDEN: { status: 403, text: 'Your access does not allow this; ask an owner of the team.' },
  NOT_FOUND: { status: 404, text: 'There is nothing at this address.' },
  BUILD_NOT_FOUND: { status: 404, text: 'No build has this id.' },
  MODEL_NOT_FOUND: { status: 404, text: 'The team has no model of this name.' },
  VERSION_NOT_FOUND: { status: 404, text: 'The model has no such version or alias.' },
  FILE_NOT_FOUND: { status: 404, text: 'The version has no file of this path.' },
  ALIAS_NOT_FOUND: { status: 404, text: 'The model has no such alias.' },
  UPLOAD_NOT_FOUND: {
    status: 404,
    text: 'No upload has this id: it expired, was dropped or never was. Ask again what to send.',
  },
  METHOD_NOT_ALLOWED: { status: 405, text: 'This address does not take this method.' },
  LAYERS_MISSING: {
    status: 409,
    text: 'The team has not proven that it holds these layers; send them, then ask again.',
  },
  PARTS_MISSING: {
    status: 409,
    text: 'Parts of the upload have not come; `parts` names them. Send them, then complete it again.',
  },
  PART_CONFLICT: {
    status: 409,
    text: 'The part was received with other bytes: this upload is of another blob. Ask again, naming it under `except`.',
  },
  BUILD_ENDED: { status: 409, text: 'The build has ended; its end never changes.' },
  BUILD_TOO_FAR: {
    status: 409,
    text: 'The build has its version number; from there on it is released and cannot be cancelled.',
  },
  BUILD_NOT_ENDED: {
    status: 409,
    text: 'Only a failed or cancelled build can be retried; this one has not ended so.',
  },
  ALIAS_MOVED: {
    status: 409,
    text: 'The alias names another version than you expected; look at it and decide again.',
  },
  VERSION_NOT_RELEASED: {
    status: 409,
    text: 'The version is not released yet; an alias can name it once it is.',
  },
  BODY_TOO_LARGE: { status: 413, text: 'The body is larger than this address takes.' },
  ARCHIVE_LIMIT: {
    status: 413,
    text: 'The archive is above a limit of this platform; the detail names the entry and the limit.',
  },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, text: 'This address does not take this content type.' },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    text: 'The range lies outside of the bytes that are there; `Content-Range` tells how many there are.',
  },
  MISDIRECTED_REQUEST: {
    status: 421,
    text: 'The platform is open to its own host only; ask it by its own name, or set FLOE_PUBLIC_URL.',
  },
  DIGEST_MISMATCH: {
    status: 422,
    text: 'The bytes that arrived have another digest than you stated; nothing was kept.',
  },
  LAYER_INVALID: {
    status: 422,
    text: 'The bytes are not a layer of the documented layout; the detail names entry and reason.',
  },
  LAYOUT_NOT_CANONICAL: {
    status: 422,
    text: 'The layers are not those which the documented layout gives for their files.',
  },
  SPEC_INVALID: {
    status: 422,
    text: 'The serving.yaml in the archive has faults; the detail names line and key of each.',
  },
  PATH_TWICE: { status: 422, text: 'Two layers of the model hold the same path.' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    text: 'The idempotency key was used for another request; choose a new one for each thing you create.',
  },
  TOO_MANY_FILES: {
    status: 422,
    text: 'The model has more files than a build takes; pack its small files into fewer.',
  },
  TOO_MANY_LAYERS: { status: 422, text: 'The image would have more layers than engines take.' },
  INSTALL_NEEDS_DOCKER: {
    status: 422,
    text: 'An install command runs in Docker Engine, which this platform has not.',
  },
  TOO_MANY_REQUESTS: { status: 429, text: 'Too much at once; try again after `Retry-After`.' },
  INTERNAL: {
    status: 500,
    text: 'The platform failed; quote the id of the answer to its operator.',
  },
  OVERLOADED: {
    status: 503,
    text: 'So many bytes are on their way in that no more can be taken; try again after `Retry-After`.',
  },
  UNAVAILABLE: {
    status: 503,
    text: 'A part that the platform needs is away for the moment; try again after `Retry-After`.',
  },
  STORE_FULL: {
    status: 507,
    text: 'The store of the platform is full; nothing was kept. Its operator has to make room.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** The address of the page that explains a code. */
export function problemType(code: string): string {
  return `/problems/${code.toLowerCase().replaceAll('_', '-')}`;
}
