/** One message of an event stream; comments are not messages. */
export interface SseMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

const maxMessageChars = 4 * 1024 * 1024;

/**
 * Reads the messages of an event stream as WHATWG HTML section 9.2.6 says. A message that is cut off is not
 * given. `moved` is called with each chunk, heartbeats included.
 */
export async function* readSse(
  body: AsyncIterable<Uint8Array>,
  moved: () => void = () => {},
): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  let id: string | undefined;
  let fields: string[] = [];
  let rest = '';
  for await (const chunk of body) {
    moved();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > maxMessageChars) throw new Error('a message of the event stream is too long');
    for (const line of lines) {
      if (line !== '') {
        fields.push(line);
        continue;
      }
      const message = messageOf(fields, id);
      fields = [];
      ({ id } = message);
      if (message.data !== '') yield message;
    }
  }
}

function messageOf(lines: readonly string[], lastId: string | undefined): SseMessage {
  let id = lastId;
  let event = 'message';
  const data: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') id = value;
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  }
  return { id, event, data: data.join('\n') };
}
