import { Worker } from 'node:worker_threads';

import type { ModelFiles } from '../files/model-files.ts';
import type { BudgetLimits } from '../frame/budget.ts';
import { ModelUnreadable } from '../frame/errors.ts';
import type { Inspection } from '../frame/inspection.ts';
import type { Order, Report } from './messages.ts';

/** What a thread gets beyond its budget to end by itself, with a better reason. */
const graceMs = 500;
/** Node runs the source as it is; there it has to resolve other libraries to their source too. */
const isSource = import.meta.url.endsWith('.ts');
const reader = new URL(isSource ? './inspect-worker.ts' : './inspect-worker.js', import.meta.url);

/** A thread that inspects one model at a time. */
export class InspectionThread {
  private readonly limits: BudgetLimits;
  private readonly worker: Worker;
  private hasEnded = false;

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
      this.hasEnded = true;
    });
    this.worker.unref();
  }

  get isAlive(): boolean {
    return !this.hasEnded;
  }

  /** Afterwards the thread is either ready for the next model or to be ended. */
  async inspect(files: ModelFiles, signal: AbortSignal): Promise<Inspection> {
    const { promise, resolve, reject } = Promise.withResolvers<Inspection>();
    const reading = new AbortController();
    const abort = () => reject(signal.reason as Error);
    const onMessage = (report: Report) => {
      if (report.kind === 'done') resolve(report.inspection);
      else if (report.kind === 'failed') reject(new ModelUnreadable(report.message));
      else void this.serve(files, report, reading.signal).catch(reject);
    };
    const onError = (cause: unknown) => reject(diedOf(cause));
    const onExit = () => reject(new ModelUnreadable('Reading the model ended the reader.'));
    const deadline = setTimeout(() => reject(this.late()), this.limits.timeMs + graceMs);
    signal.addEventListener('abort', abort, { once: true });
    this.worker.on('message', onMessage).on('error', onError).on('exit', onExit).ref();
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
    const bytes = await files.read(path, range, signal);
    if (!signal.aborted) this.send({ kind: 'bytes', id, bytes });
  }

  private send(order: Order): void {
    this.worker.postMessage(order);
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
