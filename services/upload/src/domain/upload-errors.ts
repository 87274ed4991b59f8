import { DomainError } from '@floe/http/domain-error';

/** Expired, dropped, dead for longer than its tombstone, or of a team that is none of the caller's business. */
export class UploadNotFound extends DomainError {
  readonly code = 'UPLOAD_NOT_FOUND';
  readonly hint = 'Ask again what to send: POST /api/v1/teams/<team>/blobs.';

  constructor(id: string) {
    super(`There is no upload ${id}.`);
  }
}

export class PartsMissing extends DomainError {
  readonly code = 'PARTS_MISSING';
  readonly hint = 'Send these parts, then complete the upload again.';
  override readonly members: Readonly<Record<string, unknown>>;

  constructor(parts: readonly number[]) {
    super(`${parts.length} parts of the upload have not come.`);
    this.members = { parts };
  }
}

export class PartCorrupt extends DomainError {
  readonly code = 'PART_CORRUPT';
  readonly hint = 'Send the part again; its bytes changed on their way.';

  constructor(number: number, stated: string, found: string) {
    super(`Part ${number} has the CRC-32 ${found}, not ${stated}.`);
  }
}

/** A part is written once: the bytes before and behind it may be hashed already. */
export class PartConflict extends DomainError {
  readonly code = 'PART_CONFLICT';
  readonly hint = 'These are two different blobs: ask again, with this upload under `except`.';

  constructor(number: number, received: string) {
    super(`Part ${number} was received with other bytes (CRC-32 ${received}).`);
  }
}

export class PartSizeWrong extends DomainError {
  readonly code = 'PART_SIZE_WRONG';
  readonly hint = 'Send exactly the bytes of the part, with their Content-Length.';

  constructor(number: number, wanted: number, announced: number | undefined) {
    super(`Part ${number} has ${wanted} bytes, not ${announced ?? 'an unknown number'}.`);
  }
}

/** What there is too much of at once. */
export type TooMuch = 'bytes' | 'files' | 'uploads';

/** More at once than this process takes. */
export class Overloaded extends DomainError {
  readonly code = 'OVERLOADED';
  readonly hint = 'Send it again after `Retry-After`.';

  constructor(what: TooMuch) {
    super(`So many ${what} are on their way in that no more can be taken at the moment.`);
  }
}

/** More at once than one team may send. */
export class TeamOverloads extends DomainError {
  readonly code = 'TOO_MANY_REQUESTS';
  readonly hint = 'Send less at the same time; send this again after `Retry-After`.';

  constructor(team: string, what: TooMuch) {
    super(`${team} sends as many ${what} at once as a team may.`);
  }
}

/** The store did not take a part; nothing is wrong with the part. */
export class StoreUnavailable extends DomainError {
  readonly code = 'UNAVAILABLE';
  readonly hint = 'Send it again after `Retry-After`.';

  constructor(options: ErrorOptions) {
    super('The store of the platform is away for the moment.', options);
  }
}
