import type { Transaction } from '@floe/messaging';
import { JobQueue } from '@floe/work';
import { Injectable } from '@nestjs/common';

import type { BuildTask } from '../domain/build-task.ts';
import { BuildLogs } from './build-logs.ts';
import { BuildSettings } from './build-settings.ts';
import { TellBuild } from './tell-build.ts';

/** Queues a build whose signature is known. */
@Injectable()
export class TakeBuild {
  constructor(
    private readonly queue: JobQueue<BuildTask>,
    private readonly logs: BuildLogs,
    private readonly tell: TellBuild,
    private readonly settings: BuildSettings,
  ) {}

  async execute(task: BuildTask, now: Date, tx: Transaction): Promise<void> {
    const { buildId, team } = task;
    const { deadlineMs } = this.settings;
    await this.queue.enqueue({ id: buildId, team, payload: task, deadlineMs }, tx);
    await this.logs.open(buildId, tx);
    await this.tell.queued(task, now, tx);
  }

  /** Somebody missed the answer, or wants a sign of life. */
  again(buildId: string, tx: Transaction): Promise<void> {
    return this.tell.again(buildId, tx);
  }
}
