import { parentPort } from 'node:worker_threads';

import { ModelUnreadable } from '../frame/errors.ts';
import { inspect } from '../inspect.ts';
import type { Order, Report } from './messages.ts';
import { RemoteFiles } from './remote-files.ts';

const never = new AbortController().signal;
let files: RemoteFiles | undefined;

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'bytes') files?.receive(order.id, order.bytes);
  else void answer(order);
});

async function answer({ files: list, limits }: Extract<Order, { kind: 'inspect' }>): Promise<void> {
  if (!parentPort) return;
  files = new RemoteFiles(list, parentPort);
  parentPort.postMessage({ kind: 'started' } satisfies Report);
  let report: Report;
  try {
    report = { kind: 'done', inspection: await inspect(files, never, limits) };
  } catch (error) {
    report = { kind: 'failed', message: messageOf(error) };
  }
  parentPort.postMessage(report);
}

/** A reader that breaks on a file it did not foresee says nothing about where the platform keeps it. */
function messageOf(error: unknown): string {
  if (error instanceof ModelUnreadable) return error.message;
  return 'The file is damaged in a way that its reader does not know.';
}
