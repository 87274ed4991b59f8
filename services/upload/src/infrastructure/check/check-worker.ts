import { parentPort } from 'node:worker_threads';

import { checkedFiles } from '../../domain/checked-files.ts';
import { ModelRefused } from '../../domain/errors.ts';
import type { CheckOrder, CheckReport } from './messages.ts';

parentPort?.on('message', (order: CheckOrder) => parentPort?.postMessage(reportOf(order)));

function reportOf({ id, layers }: CheckOrder): CheckReport {
  try {
    return { id, kind: 'checked', files: checkedFiles(layers) };
  } catch (error) {
    if (!(error instanceof ModelRefused)) return { id, kind: 'failed', message: String(error) };
    const { code, message, hint } = error;
    return { id, kind: 'refused', code, message, hint };
  }
}
