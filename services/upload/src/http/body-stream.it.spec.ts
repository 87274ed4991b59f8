import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { describe, expect, it } from 'vitest';

import { bodyStream } from './body-stream.ts';

describe('the body of a request', () => {
  it('is given up when its sender is silent', async () => {
    await using sender = await startSender();
    sender.write('12345');

    await expect(read(bodyStream(sender.request, 50))).rejects.toMatchObject({
      code: 'BODY_TRUNCATED',
      cause: { message: 'the sender is silent' },
    });
  });

  it('is not given up while its reader takes its time', async () => {
    await using sender = await startSender();
    sender.write('12345');
    const bytes = bodyStream(sender.request, 50);

    await bytes.next();
    await once(sender.ticks(200), 'abort');
    sender.write('67890');

    expect(await read(bytes)).toBe('67890');
  });

  it('keeps its connection when its reader stops', async () => {
    await using sender = await startSender();
    sender.write('12345');
    const bytes = bodyStream(sender.request);

    await bytes.next();
    await bytes.return(undefined);

    expect(sender.request.raw.destroyed).toBe(false);
  });
});

async function read(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of bytes) text += Buffer.from(chunk).toString();
  return text;
}

/** Announces ten bytes. */
async function startSender() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n');
  const [raw] = (await once(server, 'request')) as [IncomingMessage];
  return {
    request: { raw },
    write: (text: string) => socket.write(text),
    ticks: (ms: number) => AbortSignal.timeout(ms),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      server.close();
    },
  };
}
