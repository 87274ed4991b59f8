/** Below it a copy costs less than a stream. */
const COPIED_BYTES = 64 * 1024;

/** What fetch is told of a body. */
export interface RequestBody {
  readonly init: RequestInit;
  readonly headers: Readonly<Record<string, string>>;
}

/** For one attempt. Bytes are copied twice by fetch before they leave; what a stream gives passes as it is. */
export function requestBody(body: Uint8Array | string | undefined): RequestBody {
  if (body === undefined) return { init: {}, headers: {} };
  if (typeof body === 'string' || body.length <= COPIED_BYTES)
    return { init: { body }, headers: {} };
  // Unless it is sure that the body is sent once only, undici tees it, and keeps the other half to the end.
  const once: RequestInit = { duplex: 'half', redirect: 'error', window: null };
  return {
    init: { ...once, body: ReadableStream.from([body]) },
    headers: { 'content-length': String(body.length) },
  };
}
