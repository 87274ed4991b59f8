import { parentPort } from 'node:worker_threads';

import { encodeIndex, LayerInvalid } from '@floe/layers';

import { LayerHash } from '../../application/layer-hash.ts';
import { FileSource } from './file-source.ts';
import { GivenSource } from './given-source.ts';
import type { Order, Report } from './messages.ts';

/** Few enough to stay in the processor's cache until they are hashed. */
const READ_BYTES = 256 * 1024;

interface Proof {
  readonly hash: LayerHash;
  readonly source: FileSource | GivenSource;
}

const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
const proofs = new Map<number, Proof>();
const ending = new Set<number>();
let going = false;

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'drop') return drop(order.id);
  if (order.kind === 'end') ending.add(order.id);
  else {
    const { source } = proofs.get(order.id) ?? begin(order);
    if (order.kind === 'read' && source instanceof FileSource) source.reach(order.to);
    if (order.kind === 'take' && source instanceof GivenSource) source.give(order.bytes);
  }
  go();
});

function begin(order: Exclude<Order, { kind: 'drop' | 'end' }>): Proof {
  const source = order.kind === 'read' ? new FileSource(order.file) : new GivenSource();
  const proof = { hash: new LayerHash(), source };
  proofs.set(order.id, proof);
  return proof;
}

/** Orders come in between two turns. */
function go(): void {
  if (going) return;
  going = true;
  setImmediate(() => {
    going = false;
    for (const [id, proof] of proofs) turn(id, proof);
    if ([...proofs.values()].some(({ source }) => source.isBehind)) go();
  });
}

function turn(id: number, { hash, source }: Proof): void {
  try {
    if (source.isBehind) {
      source.read(buffer, (bytes) => hash.update(bytes));
      tell({ kind: 'read', id, bytesDone: hash.bytesDone });
    }
    if (source.isBehind || !ending.has(id)) return;
    const { digest, index } = hash.end();
    const encoded = new Uint8Array(encodeIndex(index));
    drop(id);
    tell({ kind: 'proven', id, digest, index: encoded });
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
  proofs.get(id)?.source.close();
  proofs.delete(id);
  ending.delete(id);
}

function tell(report: Report): void {
  parentPort?.postMessage(report);
}
