import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';
import { tarOf } from '../tar-of.ts';
import { root } from '../workspace.ts';

const MIB = 1024 ** 2;
const READERS = 60;
const FILE = '/api/v1/models/read/one/versions/1/files/weights.bin';

it('lets readers stop in a file, in a log and in the facts: memory stays flat, others go on', async () => {
  await using platform = await PlatformProcess.start();
  const network = await readFile(join(root, 'examples/image-classifier/net.onnx'));
  const weights = Buffer.alloc(96 * MIB, 'floe');
  const tar = await tarOf({ 'net.onnx': network, 'weights.bin': weights });
  const build = await sendModel(platform.url, wish('read/one', tar), '30s');
  await fetch(platform.url + FILE).then((answer) => answer.arrayBuffer());
  const before = await residentMib(platform.url);

  using readers = new DisposableStack();
  const paths = [FILE, `/api/v1/builds/${build.id}/logs`, '/api/v1/events?after=0'];
  for (let n = 0; n < READERS; n += 1)
    readers.adopt(await stopped(platform.url, paths[n % paths.length] ?? ''), (socket) =>
      socket.destroy(),
    );
  const during = await residentMib(platform.url);
  const next = await sendModel(platform.url, wish('read/two', await smallModel('b')), '30s');
  const read = await fetch(platform.url + FILE).then((answer) => answer.arrayBuffer());

  expect(build).toMatchObject({ state: 'released', version: 1 });
  expect(next).toMatchObject({ state: 'released', version: 1 });
  expect(read.byteLength).toBe(weights.length);
  expect(during - before).toBeLessThan(96);
}, 90_000);

/** Reads the beginning of the answer, and nothing more. */
async function stopped(url: string, path: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), 'localhost');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream, */*\r\n\r\n`);
  const [beginning] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  expect(beginning.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
  return socket;
}

async function residentMib(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]) / MIB;
}
