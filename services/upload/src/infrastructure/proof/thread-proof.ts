import {
  type FedProof,
  FileGone,
  type FileProof,
  type LayerProof,
  type ProvenLayer,
} from '../../application/layer-proofs.ts';
import type { Slab } from '../../application/slabs.ts';
import { layerRefused } from '../../domain/errors.ts';
import type { Order, Report } from './messages.ts';

type WithoutId<O> = O extends Order ? Omit<O, 'id'> : never;

/** Between a proof and its thread. */
export interface Wire {
  send(order: WithoutId<Order>): void;
  /** The thread has nothing to tell of it any more. */
  over(): void;
}

/** What a proof in a thread looks like from outside. */
export abstract class ThreadProof implements LayerProof {
  readonly #result = Promise.withResolvers<ProvenLayer>();
  readonly #failure = Promise.withResolvers<never>();
  #bytesDone = 0;

  constructor(protected readonly wire: Wire) {
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

  end(): Promise<ProvenLayer> {
    this.wire.send({ kind: 'end' });
    return this.#result.promise;
  }

  drop(): void {
    this.wire.send({ kind: 'drop' });
    this.fail(new Error('the proof was dropped'));
  }

  take(report: Report): void {
    switch (report.kind) {
      case 'read':
        this.#bytesDone = report.bytesDone;
        return this.onRead();
      case 'proven':
        this.wire.over();
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
    this.wire.over();
    this.#result.reject(error);
    this.#failure.reject(error);
    this.onFailed();
  }

  /** The thread has read the next bytes. */
  protected onRead(): void {}

  protected onFailed(): void {}
}

export class FileThreadProof extends ThreadProof implements FileProof {
  constructor(
    wire: Wire,
    private readonly file: string,
  ) {
    super(wire);
  }

  reach(to: number): void {
    this.wire.send({ kind: 'read', file: this.file, to });
  }
}

export class FedThreadProof extends ThreadProof implements FedProof {
  /** Told in the order in which they were given. */
  readonly #unread: (() => void)[] = [];
  #hasFailed = false;

  feed({ bytes }: Slab, read: () => void): void {
    if (this.#hasFailed) return read();
    this.#unread.push(read);
    this.wire.send({ kind: 'take', bytes });
  }

  protected override onRead(): void {
    this.#unread.shift()?.();
  }

  /** What the thread may still read now proves nothing. */
  protected override onFailed(): void {
    this.#hasFailed = true;
    for (const read of this.#unread.splice(0)) read();
  }
}
