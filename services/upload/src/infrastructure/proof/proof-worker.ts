import { parentPort } from 'node:worker_threads';

import { LayerInvalid } from '@floe/layers';

import { FileProof } from './file-proof.ts';
import type { Order, Report } from './messages.ts';

/** Of one proof, before the next has its turn. */
const STEP_BYTES = 4 * 1024 * 1024;

const buffer = Buffer.allocUnsafeSlow(STEP_BYTES);
const proofs = new Map<number, FileProof>();
const ending = new Set<number>();
let going = false;

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'drop') return drop(order.id);
  if (order.kind === 'read') {
    const proof = proofs.get(order.id) ?? new FileProof(order.file);
    proofs.set(order.id, proof);
    proof.reach(order.to);
  } else {
    ending.add(order.id);
  }
  go();
});

/** Orders come in between two turns. */
function go(): void {
  if (going) return;
  going = true;
  setImmediate(() => {
    going = false;
    for (const [id, proof] of proofs) turn(id, proof);
    if ([...proofs.values()].some(({ isBehind }) => isBehind)) go();
  });
}

function turn(id: number, proof: FileProof): void {
  try {
    if (proof.isBehind) {
      proof.step(buffer);
      tell({ kind: 'read', id, bytesDone: proof.bytesDone });
    }
    if (proof.isBehind || !ending.has(id)) return;
    const { digest, index } = proof.end();
    drop(id);
    tell({ kind: 'proven', id, digest, index });
  } catch (error) {
    drop(id);
    tell(failureOf(id, error));
  }
}

function failureOf(id: number, error: unknown): Report {
  if (error instanceof LayerInvalid)
    return { kind: 'refused', id, code: error.code, message: error.message };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { kind: 'failed', id, code, message: String(error) };
}

function drop(id: number): void {
  proofs.get(id)?.close();
  proofs.delete(id);
  ending.delete(id);
}

function tell(report: Report): void {
  parentPort?.postMessage(report);
}
