/** One message of an event stream. */
export interface Message {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads an event stream over one connection, as it was sent; leaving the loop cuts the connection. */
export async function* readStream(url: string, lastEventId?: string): AsyncGenerator<Message> {
  const cut = new AbortController();
  const response = await fetch(url, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: cut.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  try {
    let rest = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      yield* frames.filter((frame) => !frame.startsWith(':')).map(messageOf);
    }
  } finally {
    cut.abort();
  }
}

function messageOf(frame: string): Message {
  const fields = new Map(
    frame.split('\n').map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    }),
  );
  return {
    id: fields.get('id'),
    event: fields.get('event') ?? 'message',
    data: JSON.parse(fields.get('data') ?? '{}') as Message['data'],
  };
}
