/** What a call carries; a stream is opened anew by each attempt. */
export type Body =
  | { readonly json: unknown }
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }
  | {
      readonly open: () => AsyncIterable<Uint8Array>;
      readonly sizeBytes: number;
      readonly type: string;
    };

/** A body for one attempt. */
export interface Prepared {
  readonly body: NonNullable<RequestInit['body']>;
  readonly headers: Readonly<Record<string, string>>;
  /** What fetch has to be told beside it. */
  readonly init?: RequestInit;
  /** Ends the source: fetch leaves it open when the connection fails. */
  readonly close: () => Promise<void>;
}

/** What a call tells while its body leaves. */
interface Leaving {
  readonly moved: () => void;
  /** The source itself failed, which fetch would tell as a failed connection. */
  readonly failed: (error: unknown) => void;
}

/** The body as fetch takes it. */
export function prepare(body: Body, leaving: Leaving): Prepared {
  if ('json' in body) {
    const headers = { 'content-type': 'application/json' };
    return { body: JSON.stringify(body.json), headers, close: async () => {} };
  }
  if ('bytes' in body) {
    return { body: body.bytes, headers: { 'content-type': body.type }, close: async () => {} };
  }
  const source = watched(body.open(), leaving);
  return {
    body: ReadableStream.from(source),
    headers: { 'content-type': body.type, 'content-length': String(body.sizeBytes) },
    init: streamedOnce,
    close: async () => void (await source.return()),
  };
}

// Unless it is sure that the body is sent once only, undici tees it, and the other half stays in memory to its end.
const streamedOnce: RequestInit = { duplex: 'half', redirect: 'error', window: null };

async function* watched(
  source: AsyncIterable<Uint8Array>,
  { moved, failed }: Leaving,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of source) {
      moved();
      yield chunk;
    }
  } catch (error) {
    failed(error);
    throw error;
  }
}
