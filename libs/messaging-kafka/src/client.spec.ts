import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

import { expect, it } from 'vitest';

import { Client } from './client.ts';

it('leaves no connection open that was begun after its end', async () => {
  await using server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const left = new Set<Socket>();
  server.on('connection', (socket) => {
    left.add(socket);
    socket.on('error', () => {}).on('close', () => left.delete(socket));
    // Nobody answers: only who connected ends it.
    socket.resume();
  });
  const brokers = [`127.0.0.1:${port}`];
  const client = new Client({ brokers, clientId: 'test', report: () => {} });

  await client.close(async () => {}, 1_000);
  const connected = client.kafka.admin({ retry: { retries: 0 } }).connect();

  await expect(connected).rejects.toThrow('the client is closed');
  expect(left.size).toBe(0);
});
