import type { OnApplicationShutdown } from '@nestjs/common';

import { type FedProof, type FileProof, LayerProofs } from '../../application/layer-proofs.ts';
import { ProofThread } from './proof-thread.ts';

/** A few threads, each started when the ones before it have work, that share the proofs. */
export class ThreadedProofs extends LayerProofs implements OnApplicationShutdown {
  #threads: ProofThread[] = [];

  constructor(private readonly most: number) {
    super();
  }

  override ofFile(file: string): FileProof {
    return this.#free().ofFile(file);
  }

  override ofBytes(): FedProof {
    return this.#free().ofBytes();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()));
  }

  #free(): ProofThread {
    this.#threads = this.#threads.filter(({ isEnded }) => !isEnded);
    const [least] = this.#threads.toSorted((a, b) => a.load - b.load);
    if (least && (least.load === 0 || this.#threads.length >= this.most)) return least;
    const thread = new ProofThread();
    this.#threads.push(thread);
    return thread;
  }
}
