import type { ModelFiles } from '../files/model-files.ts';
import { type BudgetLimits, defaultBudget } from '../frame/budget.ts';
import type { Inspection } from '../frame/inspection.ts';
import { InspectionThread } from './inspection-thread.ts';

/** A thread takes 0.3 s to start and 20 MB to keep. */
const mostIdle = 4;
/** Most models are read in a few milliseconds: to wait for a busy thread is then sooner done than to start one. */
const waitsMs = 100;

/**
 * Inspects models in threads of their own, so that no file can block, exhaust or end the process. A thread that
 * ended its work by itself is kept for the next model.
 */
export class Inspector implements AsyncDisposable {
  private readonly limits: BudgetLimits;
  private readonly idle: InspectionThread[] = [];
  private readonly busy = new Set<InspectionThread>();
  private readonly waiting: ((thread: InspectionThread | undefined) => void)[] = [];

  constructor(limits: BudgetLimits = defaultBudget) {
    this.limits = limits;
    this.idle.push(new InspectionThread(limits));
  }

  /**
   * As `inspect`; a thread that dies or passes its deadline makes the model unreadable.
   * @throws ModelUnreadable · the error of `files.read` · the signal's reason
   */
  async inspect(files: ModelFiles, signal: AbortSignal): Promise<Inspection> {
    signal.throwIfAborted();
    const thread = (await this.freeThread()) ?? new InspectionThread(this.limits);
    this.busy.add(thread);
    try {
      signal.throwIfAborted();
      return await thread.inspect(files, signal);
    } finally {
      this.busy.delete(thread);
      await this.release(thread);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const threads = [...this.busy, ...this.idle.splice(0)];
    await Promise.all(threads.map(async (thread) => thread.end()));
  }

  /** One that is idle, or soon is. */
  private async freeThread(): Promise<InspectionThread | undefined> {
    const idle = this.idle.pop();
    if (idle?.isReady) return idle;
    if (this.busy.size === 0) return undefined;
    const { promise, resolve } = Promise.withResolvers<InspectionThread | undefined>();
    this.waiting.push(resolve);
    const timer = setTimeout(() => this.stopWaiting(resolve), waitsMs);
    const thread = await promise;
    clearTimeout(timer);
    return thread;
  }

  private stopWaiting(resolve: (thread: InspectionThread | undefined) => void): void {
    this.waiting.splice(this.waiting.indexOf(resolve), 1);
    resolve(undefined);
  }

  private async release(thread: InspectionThread): Promise<void> {
    if (!thread.isReady) await thread.end();
    else if (this.waiting.length > 0) this.waiting.shift()?.(thread);
    else if (this.idle.length < mostIdle) this.idle.push(thread);
    else await thread.end();
  }
}
