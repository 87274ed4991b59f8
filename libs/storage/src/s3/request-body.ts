/** Below it a copy costs less than a stream. */
const COPIED_BYTES = 64 * 1024;

/** Bytes that pass through, for one attempt only. */
export interface StreamedBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
}

export type Body = Uint8Array | string | StreamedBody;

/** What fetch is told of a body. */
export interface RequestBody {
  readonly init: RequestInit;
  readonly headers: Readonly<Record<string, string>>;
}

/** For one attempt. Bytes are copied twice by fetch before they leave; what a stream gives passes as it is. */
export function requestBody(body: Body | undefined): RequestBody {
  if (body === undefined) return { init: {}, headers: {} };
  if (typeof body === 'string') return { init: { body }, headers: {} };
  if (!(body instanceof Uint8Array)) return streamed(body.bytes, body.sizeBytes);
  if (body.length <= COPIED_BYTES) return { init: { body: new Uint8Array(body) }, headers: {} };
  return streamed([body], body.length);
}

function streamed(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sizeBytes: number,
): RequestBody {
  // Unless it is sure that the body is sent once only, undici tees it, and keeps the other half to the end.
  const once: RequestInit = { duplex: 'half', redirect: 'error', window: null };
  return {
    init: { ...once, body: ReadableStream.from(chunks) },
    headers: { 'content-length': String(sizeBytes) },
  };
}
