/** What a call carries; a stream is opened anew by each attempt. */
export type Body =
  | { readonly json: unknown }
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }
  | {
      readonly open: () => AsyncIterable<Uint8Array>;
      readonly sizeBytes: number;
      readonly type: string;
    };

interface Prepared {
  readonly body: NonNullable<RequestInit['body']>;
  readonly headers: Readonly<Record<string, string>>;
  readonly duplex?: 'half';
}

/** What a call tells while its body leaves. */
export interface Leaving {
  readonly moved: () => void;
  /** The source itself failed, which fetch would tell as a failed connection. */
  readonly failed: (error: unknown) => void;
}

/** The body as fetch takes it. */
export function prepare(body: Body, leaving: Leaving): Prepared {
  if ('json' in body) {
    return { body: JSON.stringify(body.json), headers: { 'content-type': 'application/json' } };
  }
  if ('bytes' in body) return { body: body.bytes, headers: { 'content-type': body.type } };
  return {
    body: ReadableStream.from(watched(body.open(), leaving)),
    headers: { 'content-type': body.type, 'content-length': String(body.sizeBytes) },
    duplex: 'half',
  };
}

async function* watched(
  source: AsyncIterable<Uint8Array>,
  { moved, failed }: Leaving,
): AsyncIterable<Uint8Array> {
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
