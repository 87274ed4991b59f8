/** One fault of a request: where, and what is wrong there. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

/** The platform answered no: a problem of RFC 9457 with a stable `code`. */
export class FloeProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly errors: readonly Fault[];
  /** The whole problem as it came, for the members that belong to one code only. */
  readonly members: Readonly<Record<string, unknown>>;
  /** How long the platform asked to wait before the next call. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, members: Readonly<Record<string, unknown>>, retryAfterMs?: number) {
    const code = text(members['code']) ?? `HTTP_${status}`;
    const detail = text(members['detail']) ?? text(members['title']) ?? `the answer was ${status}`;
    super(detail);
    this.name = 'FloeProblem';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.hint = text(members['hint']);
    this.errors = faults(members['errors']);
    this.members = members;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer: nothing listens, the network is away, or the platform stayed silent for too long. */
export class PlatformUnreachable extends Error {
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super(`no answer from ${url}: ${reason(cause)}`, { cause });
    this.name = 'PlatformUnreachable';
    this.url = url;
  }
}

/** A build was accepted, but the service that tells of builds has not read of it: it is late, not lost. */
export class BuildUntold extends Error {
  readonly code = 'BUILD_UNTOLD';

  constructor(id: string, forMs: number, cause: unknown) {
    const seconds = Math.round(forMs / 1000);
    super(`build ${id} was accepted, but the catalogue has not told of it for ${seconds} s`, {
      cause,
    });
    this.name = 'BuildUntold';
  }
}

/** Something answered, but not as Floe does: most often another server on that port. */
export class AnswerNotUnderstood extends Error {
  constructor(what: string, cause: unknown) {
    super(`the answer to ${what} is not one of Floe`, { cause });
    this.name = 'AnswerNotUnderstood';
  }
}

/** The bytes do not hash to the name under which they were asked for. */
export class DigestWrong extends Error {
  readonly code = 'DIGEST_WRONG';

  constructor(path: string, wanted: string, found: string) {
    super(`${path}: the bytes hash to ${found}, not to ${wanted}`);
    this.name = 'DigestWrong';
  }
}

/** A fault of this side (a file that changed, a full disk) met during a call: calling again does not help. */
export class LocalFault extends Error {
  constructor(override readonly cause: unknown) {
    super('this side failed', { cause });
    this.name = 'LocalFault';
  }
}

/** The system's code of a failed connection (`ECONNREFUSED` …), which fetch hides in its causes. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return systemCode(error.errors[0]);
  return systemCode(error.cause);
}

function reason(cause: unknown): string {
  const code = systemCode(cause);
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND') return 'the name is not known';
  return code ?? innermost(cause);
}

/** What fetch hides behind "fetch failed". */
function innermost(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause === undefined ? cause.message : innermost(cause.cause);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function faults(value: unknown): readonly Fault[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((fault: { pointer?: unknown; message?: unknown } | null) => {
    const message = text(fault?.message);
    return message === undefined ? [] : [{ pointer: text(fault?.pointer) ?? '', message }];
  });
}
