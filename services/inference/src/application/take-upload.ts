import type { Transaction } from '@floe/messaging';
import { JobQueue } from '@floe/work';
import { Injectable } from '@nestjs/common';

import type { InferenceTask } from '../domain/inference-task.ts';
import { InferenceSettings } from './inference-settings.ts';

/** Queues an upload whose signature is to be found. */
@Injectable()
export class TakeUpload {
  constructor(
    private readonly queue: JobQueue<InferenceTask>,
    private readonly settings: InferenceSettings,
  ) {}

  execute(task: InferenceTask, tx: Transaction): Promise<void> {
    const { buildId, team } = task;
    const { deadlineMs } = this.settings;
    return this.queue.enqueue({ id: buildId, team, payload: task, deadlineMs }, tx);
  }
}
