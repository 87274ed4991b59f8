import { Worker } from 'node:worker_threads';

import type { ModelFiles } from '../files/model-files.ts';
import type { BudgetLimits } from '../frame/budget.ts';
import { ModelUnreadable } from '../frame/errors.ts';
import type { Inspection } from '../frame/inspection.ts';
import type { Order, Report } from './messages.ts';

/** What a thread gets beyond its budget to end by itself, with a better reason. */
const graceMs = 500;
/** A busy machine takes its time to load a thread; the model is not to blame for it. */
const startLimitMs = 30_000;
/** Node runs the source as it is; there it has to resolve other libraries to their source too. */
const isSource = import.meta.url.endsWith('.ts');
const reader = new URL(isSource ? './inspect-worker.ts' : './inspect-worker.js', import.meta.url);

/** A thread that inspects one model at a time. */
export class InspectionThread {
  private readonly limits: BudgetLimits;
  private readonly worker: Worker;
  private state: 'ready' | 'busy' | 'ended' = 'ready';

  /** @param script what runs in the thread; tests give one that misbehaves */
  constructor(limits: BudgetLimits, script = reader) {
    this.limits = limits;
    this.worker = new Worker(script, {
      env: {},
      execArgv: isSource ? ['--conditions=@floe/source'] : [],
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(limits.memoryBytes / 2 ** 20) },
    });
    this.worker.on('error', () => {});
    this.worker.on('exit', () => {
      this.state = 'ended';
    });
    this.worker.unref();
  }

  /** It ended by itself what it did last, be it with a failure. */
  get isReady(): boolean {
    return this.state === 'ready';
  }

  async inspect(files: ModelFiles, signal: AbortSignal): Promise<Inspection> {
    const { promise, resolve, reject } = Promise.withResolvers<Inspection>();
    const reading = new AbortController();
    const abort = () => reject(signal.reason as Error);
    let deadline = setTimeout(() => reject(new Error('a thread did not start')), startLimitMs);
    const onMessage = (report: Report) => {
      if (report.kind === 'read') void this.serve(files, report, reading.signal).catch(reject);
      else if (report.kind === 'started') {
        clearTimeout(deadline);
        deadline = setTimeout(() => reject(this.late()), this.limits.timeMs + graceMs);
      } else {
        this.state = 'ready';
        if (report.kind === 'done') resolve(report.inspection);
        else reject(new ModelUnreadable(report.message));
      }
    };
    const onError = (cause: unknown) => reject(diedOf(cause));
    const onExit = () => reject(new ModelUnreadable('Reading the model ended the reader.'));
    signal.addEventListener('abort', abort, { once: true });
    this.worker.on('message', onMessage).on('error', onError).on('exit', onExit).ref();
    this.state = 'busy';
    this.send({ kind: 'inspect', files: files.list(), limits: this.limits });
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      reading.abort();
      signal.removeEventListener('abort', abort);
      this.worker.off('message', onMessage).off('error', onError).off('exit', onExit).unref();
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private async serve(
    files: ModelFiles,
    { id, path, range }: Extract<Report, { kind: 'read' }>,
    signal: AbortSignal,
  ): Promise<void> {
    // A view would be sent with all of the buffer that it is of.
    const bytes = new Uint8Array(await files.read(path, range, signal));
    if (!signal.aborted) this.send({ kind: 'bytes', id, bytes }, [bytes.buffer]);
  }

  private send(order: Order, transferred: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(order, transferred);
  }

  private late(): ModelUnreadable {
    return new ModelUnreadable(
      `Reading the model took longer than ${this.limits.timeMs / 1000} s.`,
    );
  }
}

function diedOf(cause: unknown): ModelUnreadable {
  const isMemory =
    cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return new ModelUnreadable(
    isMemory
      ? 'Reading the model took more memory than it is allowed to.'
      : 'Reading the model ended the reader.',
    { cause },
  );
}
