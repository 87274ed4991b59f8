import type { ModelFiles } from '../files/model-files.ts';
import { type BudgetLimits, defaultBudget } from '../frame/budget.ts';
import type { Inspection } from '../frame/inspection.ts';
import { InspectionThread } from './inspection-thread.ts';

/** A thread takes 0.3 s to start and 20 MB to keep. */
const mostIdle = 4;

/**
 * Inspects models in threads of their own, so that no file can block, exhaust or end the process. A thread that
 * ended its work by itself is kept for the next model.
 */
export class Inspector implements AsyncDisposable {
  private readonly limits: BudgetLimits;
  private readonly idle: InspectionThread[] = [];
  private readonly busy = new Set<InspectionThread>();

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
    const idle = this.idle.pop();
    const thread = idle?.isReady ? idle : new InspectionThread(this.limits);
    this.busy.add(thread);
    try {
      return await thread.inspect(files, signal);
    } finally {
      this.busy.delete(thread);
      if (thread.isReady && this.idle.length < mostIdle) this.idle.push(thread);
      else await thread.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const threads = [...this.busy, ...this.idle.splice(0)];
    await Promise.all(threads.map(async (thread) => thread.end()));
  }
}
