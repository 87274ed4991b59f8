import { Worker } from 'node:worker_threads';

import type { OnApplicationShutdown } from '@nestjs/common';

import { LargeChecks } from '../../application/check-files.ts';
import type { CheckedFiles } from '../../domain/build.ts';
import type { IndexedLayer } from '../../domain/checked-files.ts';
import { ModelRefused } from '../../domain/errors.ts';
import type { CheckOrder, CheckReport } from './messages.ts';

/** Node runs the source as it is; there it has to resolve other libraries to their source too. */
const isSource = import.meta.url.endsWith('.ts');
const script = new URL(isSource ? './check-worker.ts' : './check-worker.js', import.meta.url);
const MOST_HEAP_MIB = 1_024;

type Waiting = PromiseWithResolvers<CheckedFiles>;

/** One thread, started when it is needed, that checks one model after the other. */
export class ThreadedChecks extends LargeChecks implements OnApplicationShutdown {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;

  override execute(layers: readonly IndexedLayer[]): Promise<CheckedFiles> {
    const worker = (this.#worker ??= this.#start());
    const id = (this.#last += 1);
    const waiting = Promise.withResolvers<CheckedFiles>();
    this.#waiting.set(id, waiting);
    worker.ref();
    // Small buffers share their memory with others: a copy of its own can be handed over.
    const own = layers.map(({ sizeBytes, index }) => ({ sizeBytes, index: new Uint8Array(index) }));
    const order: CheckOrder = { id, layers: own };
    worker.postMessage(
      order,
      own.map(({ index }) => index.buffer),
    );
    return waiting.promise;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(script, {
      env: {},
      execArgv: isSource
        ? ['--conditions=@floe/source', '--experimental-transform-types', '--no-warnings']
        : [],
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    });
    worker.on('message', (report: CheckReport) => this.#take(report));
    worker.on('error', (cause) => this.#end(worker, cause));
    worker.on('exit', () => this.#end(worker, undefined));
    return worker;
  }

  #take(report: CheckReport): void {
    const waiting = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    switch (report.kind) {
      case 'checked':
        return waiting?.resolve(report.files);
      case 'refused':
        return waiting?.reject(
          new ModelRefused(report.code, report.message, { hint: report.hint }),
        );
      case 'failed':
        return waiting?.reject(new Error(report.message));
    }
  }

  /** After an error and once more at the exit; the next check starts another thread. */
  #end(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values())
      reject(new Error('the thread of checks ended', { cause }));
    this.#waiting.clear();
  }
}
