import type { Transaction } from '@floe/messaging';
import { Outbox } from '@floe/outbox';
import { JobQueue } from '@floe/work';
import { Injectable } from '@nestjs/common';

import type { InferenceTask } from '../domain/inference-task.ts';
import { InferenceSettings } from './inference-settings.ts';

/** Queues an upload whose signature is to be found. */
@Injectable()
export class TakeUpload {
  constructor(
    private readonly queue: JobQueue<InferenceTask>,
    private readonly outbox: Outbox,
    private readonly settings: InferenceSettings,
  ) {}

  execute(task: InferenceTask, tx: Transaction): Promise<void> {
    const { buildId, team } = task;
    const { deadlineMs } = this.settings;
    return this.queue.enqueue({ id: buildId, team, payload: task, deadlineMs }, tx);
  }

  /** Somebody missed the answer. */
  again(buildId: string, tx: Transaction): Promise<void> {
    return this.outbox.tellAgain(buildId, tx);
  }
}
