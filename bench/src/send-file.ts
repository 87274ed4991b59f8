import { type Agent, request } from 'node:http';

export interface Sent {
  readonly id: string;
  readonly state: string;
  /** From the request to its answer. */
  readonly ms: number;
}

/** Sends one file as the body of a request and waits for the end of its build, at most for a minute. */
export function sendFile(
  url: string,
  agent: Agent,
  model: string,
  body: Buffer,
  wait = '60s',
): Promise<Sent> {
  const begun = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const path = `/api/v1/models/${model}/builds?filename=model.onnx&wait=${wait}`;
  const sent = request(`${url}${path}`, {
    method: 'PUT',
    agent,
    headers: { 'content-length': body.length },
  });
  sent.on('error', reject);
  sent.on('response', (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => {
      const { id = '', state = 'refused' } = JSON.parse(text) as Partial<Sent>;
      resolve({ id, state, ms: performance.now() - begun });
    });
  });
  sent.end(body);
  return promise;
}

/** The same model with a documentation string of its own: other bytes, hence another layer. */
export function distinct(model: Buffer, text: string): Buffer {
  const bytes = Buffer.from(text);
  // Field 6 of ModelProto, a string.
  return Buffer.concat([model, Buffer.from([0x32, bytes.length]), bytes]);
}
