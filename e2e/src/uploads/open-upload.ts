import { once } from 'node:events';
import { connect } from 'node:net';

import { BUILDS } from './upload-service.ts';

const HOUR_S = 3_600;

/** A sender that announces an endless body, sends what it is told to, and nothing more. */
export interface OpenUpload extends Disposable {
  /** Its status line and headers, once there is an answer. */
  readonly answer: Promise<string>;
  send(bytes: Uint8Array | string): void;
}

export async function openUpload(url: string, team = 'demo'): Promise<OpenUpload> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  socket.on('data', (bytes: Buffer) => resolve(bytes.toString()));
  const path = BUILDS.replace('/demo/', `/${team}/`);
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${hostname}`,
    'content-type: application/x-tar',
    `content-length: ${HOUR_S * 1024 ** 3}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return {
    answer,
    send: (bytes) => socket.write(bytes),
    [Symbol.dispose]: () => socket.destroy(),
  };
}
