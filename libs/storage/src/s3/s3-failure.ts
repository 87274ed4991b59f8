import { StoreFull } from '../errors.ts';

const FULL = new Set(['XMinioStorageFull', 'QuotaExceeded', 'XMinioAdminBucketQuotaExceeded']);
/** 409 tells of another request for the same object at the same time. */
const PASSING = new Set([408, 409, 429, 500, 502, 503, 504]);

/** The store refused; `code` is S3's word for why. */
export class S3Failure extends Error {
  override readonly name = 'S3Failure';

  constructor(
    readonly status: number,
    readonly code: string,
    doing: string,
  ) {
    super(`${doing}: ${status} ${code}`);
  }

  /** Whether the same request may succeed a moment later. */
  get passes(): boolean {
    return PASSING.has(this.status);
  }
}

/** What an answer that is no success means. */
export async function failureOf(response: Response, doing: string): Promise<Error> {
  const text = await response.text().catch(() => '');
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? response.statusText;
  if (response.status === 507 || FULL.has(code)) return new StoreFull(`${doing}: ${code}`);
  return new S3Failure(response.status, code, doing);
}
