import { Worker } from 'node:worker_threads';

import { FileGone, type LayerProof, type ProvenLayer } from '../../application/layer-proofs.ts';
import { layerRefused } from '../../domain/errors.ts';
import type { Order, Report } from './messages.ts';

/** Node runs the source as it is; there it has to resolve other libraries to their source too. */
const isSource = import.meta.url.endsWith('.ts');
const script = new URL(isSource ? './proof-worker.ts' : './proof-worker.js', import.meta.url);

/** A thread that reads files by itself: passing it the bytes was measured to cost 1.4 times as much, and memory. */
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

  begin(file: string): LayerProof {
    const id = (this.#last += 1);
    const proof = new ThreadProof(
      file,
      (wish) => this.#worker.postMessage({ ...wish, id } satisfies Order),
      () => this.#proofs.delete(id),
    );
    this.#proofs.set(id, proof);
    return proof;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
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

type Wish =
  | { readonly kind: 'read'; readonly file: string; readonly to: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'drop' };

class ThreadProof implements LayerProof {
  readonly #result = Promise.withResolvers<ProvenLayer>();
  readonly #failure = Promise.withResolvers<never>();
  #bytesDone = 0;

  constructor(
    private readonly file: string,
    private readonly send: (wish: Wish) => void,
    private readonly over: () => void,
  ) {
    // Who waits hears of it; often nobody does.
    this.#result.promise.catch(() => {});
    this.#failure.promise.catch(() => {});
  }

  get bytesDone(): number {
    return this.#bytesDone;
  }

  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  reach(to: number): void {
    this.send({ kind: 'read', file: this.file, to });
  }

  end(): Promise<ProvenLayer> {
    this.send({ kind: 'end' });
    return this.#result.promise;
  }

  drop(): void {
    this.send({ kind: 'drop' });
    this.fail(new Error('the proof was dropped'));
  }

  take(report: Report): void {
    switch (report.kind) {
      case 'read':
        this.#bytesDone = report.bytesDone;
        return;
      case 'proven':
        this.over();
        return this.#result.resolve({ digest: report.digest, index: report.index });
      case 'refused':
        return this.fail(layerRefused(report.code, report.message));
      case 'failed':
        return this.fail(
          report.code === 'ENOENT' ? new FileGone(report.message) : new Error(report.message),
        );
    }
  }

  fail(error: Error): void {
    this.over();
    this.#result.reject(error);
    this.#failure.reject(error);
  }
}
