import { Worker } from 'node:worker_threads';

import type { FedProof, FileProof } from '../../application/layer-proofs.ts';
import type { Order, Report } from './messages.ts';
import { FedThreadProof, FileThreadProof, type ThreadProof, type Wire } from './thread-proof.ts';

/** Node runs the source as it is; there it has to resolve other libraries to their source too. */
const isSource = import.meta.url.endsWith('.ts');
const script = new URL(isSource ? './proof-worker.ts' : './proof-worker.js', import.meta.url);

/**
 * A thread that reads files by itself: passing it the bytes was measured to cost 1.4 times as much, and memory. It is
 * given only what no file has.
 */
export class ProofThread {
  readonly #worker: Worker;
  readonly #proofs = new Map<number, ThreadProof>();
  #last = 0;
  #ended = false;

  constructor() {
    this.#worker = new Worker(script, {
      env: {},
      execArgv: isSource ? ['--conditions=@floe/source'] : [],
    });
    this.#worker.on('message', (report: Report) => this.#take(report));
    this.#worker.on('error', (cause) => this.#end(cause));
    this.#worker.on('exit', () => this.#end(undefined));
    this.#worker.unref();
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  get load(): number {
    return this.#proofs.size;
  }

  ofFile(file: string): FileProof {
    return this.#begin((wire) => new FileThreadProof(wire, file));
  }

  ofBytes(): FedProof {
    return this.#begin((wire) => new FedThreadProof(wire));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #begin<Proof extends ThreadProof>(make: (wire: Wire) => Proof): Proof {
    const id = (this.#last += 1);
    const proof = make({
      send: (order) => this.#worker.postMessage({ ...order, id } satisfies Order),
      over: () => this.#proofs.delete(id),
    });
    this.#proofs.set(id, proof);
    return proof;
  }

  #take(report: Report): void {
    this.#proofs.get(report.id)?.take(report);
  }

  #end(cause: unknown): void {
    this.#ended = true;
    for (const proof of this.#proofs.values())
      proof.fail(new Error('the thread of proofs ended', { cause }));
  }
}
