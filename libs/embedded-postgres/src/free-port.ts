import { createServer } from 'node:net';

/** A TCP port that nobody listened on at 127.0.0.1 a moment ago; the wanted one if it is among these. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(wanted, '127.0.0.1', resolve);
  try {
    await promise;
  } catch (error) {
    if (wanted === 0) throw error;
    return freePort();
  }
  const address = server.address();
  await server[Symbol.asyncDispose]();
  if (address === null || typeof address === 'string') throw new Error('no TCP port is free');
  return address.port;
}
