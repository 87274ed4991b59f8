import type { ModelFiles } from '../files/model-files.ts';
import { type BudgetLimits, defaultBudget } from '../frame/budget.ts';
import { ModelUnreadable } from '../frame/errors.ts';
import type { Inspection } from '../frame/inspection.ts';
import { InspectionThread } from './inspection-thread.ts';

/** A thread takes 0.3 s to start and 20 MB to keep. */
const mostIdle = 4;
/** Most models are read in a few milliseconds: to wait for a busy thread is then sooner done than to start one. */
const waitsMs = 100;

const OVER = 'models are no longer inspected here';

/**
 * Inspects models in threads of their own, so that no file can block, exhaust or end the process. A thread that
 * ended its work by itself is kept for the next model.
 */
export class Inspector implements AsyncDisposable {
  private readonly limits: BudgetLimits;
  private readonly idle: InspectionThread[] = [];
  private readonly busy = new Set<InspectionThread>();
  private readonly waiting: ((thread: InspectionThread | undefined) => void)[] = [];
  private isOver = false;

  constructor(limits: BudgetLimits = defaultBudget) {
    this.limits = limits;
    this.idle.push(new InspectionThread(limits));
  }

  /**
   * As `inspect`; a thread that dies or passes its deadline makes the model unreadable. After its end it takes none.
   * @throws ModelUnreadable · the error of `files.read` · the signal's reason
   */
  async inspect(files: ModelFiles, signal: AbortSignal): Promise<Inspection> {
    signal.throwIfAborted();
    const thread = await this.thread(signal);
    try {
      signal.throwIfAborted();
      return await thread.inspect(files, signal);
    } catch (error) {
      // Its thread was ended under it: the model is not to blame.
      throw this.isOver && error instanceof ModelUnreadable ? new Error(OVER) : error;
    } finally {
      this.busy.delete(thread);
      await this.release(thread);
    }
  }

  /** Ends all threads; whoever waits for one gets none. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.isOver = true;
    for (const stop of this.waiting.splice(0)) stop(undefined);
    const threads = [...this.busy, ...this.idle.splice(0)];
    await Promise.all(threads.map(async (thread) => thread.end()));
  }

  private async thread(signal: AbortSignal): Promise<InspectionThread> {
    const free = this.isOver ? undefined : await this.freeThread();
    if (this.isOver) {
      await free?.end();
      signal.throwIfAborted();
      throw new Error(OVER);
    }
    const thread = free ?? new InspectionThread(this.limits);
    this.busy.add(thread);
    return thread;
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
    const at = this.waiting.indexOf(resolve);
    if (at >= 0) this.waiting.splice(at, 1);
    resolve(undefined);
  }

  private async release(thread: InspectionThread): Promise<void> {
    if (this.isOver || !thread.isReady) await thread.end();
    else if (this.waiting.length > 0) this.waiting.shift()?.(thread);
    else if (this.idle.length < mostIdle) this.idle.push(thread);
    else await thread.end();
  }
}
