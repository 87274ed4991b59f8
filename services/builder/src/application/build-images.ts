import { randomUUID } from 'node:crypto';

import type { Transaction } from '@floe/messaging';
import { Transactions } from '@floe/outbox';
import {
  type Completion,
  type FailureReason,
  type Job,
  type JobHandler,
  JobQueue,
} from '@floe/work';
import { Injectable, Logger } from '@nestjs/common';

import { BuildFailure } from '../domain/build-failure.ts';
import type { BuildTask } from '../domain/build-task.ts';
import type { LogLine } from '../domain/log-line.ts';
import { BuildLogs } from './build-logs.ts';
import { ImageBuilder } from './image-builder.ts';
import { RunLog } from './run-log.ts';
import { TellBuild } from './tell-build.ts';

const TRANSACTION_DEADLINE_MS = 10_000;

/** What the workers do with each build that they claim. */
@Injectable()
export class BuildImages implements JobHandler<BuildTask> {
  constructor(
    private readonly builder: ImageBuilder,
    private readonly tell: TellBuild,
    private readonly logs: BuildLogs,
    private readonly queue: JobQueue<BuildTask>,
    private readonly transactions: Transactions,
    private readonly log: Logger,
  ) {}

  async claimed(jobs: readonly Job<BuildTask>[], tx: Transaction): Promise<void> {
    for (const { payload, fence } of jobs) {
      await this.tell.started(payload, fence, new Date(), tx);
    }
  }

  async run(job: Job<BuildTask>, signal: AbortSignal): Promise<Completion> {
    const task = job.payload;
    const last = job.fence === 1 ? 0 : await this.logs.last(task.buildId);
    const lines = new RunLog(
      last,
      (batch) => this.#write(job, batch),
      () => new Date(),
    );
    try {
      const begun = performance.now();
      const image = await this.builder.build(task, (text) => lines.add(text), signal);
      const ms = Math.round(performance.now() - begun);
      this.log.log('image built', { buildId: task.buildId, digest: image.digest, ms });
      return this.#ending(task, await lines.close(), (now, tx) =>
        this.tell.succeeded(task, image, now, tx),
      );
    } catch (error) {
      if (!(error instanceof BuildFailure) || signal.aborted) throw error;
      lines.add(error.message);
      if (error.passing) throw error;
      return this.#ending(task, await lines.close(), (now, tx) =>
        this.tell.failed(task, error, now, tx),
      );
    } finally {
      const unwritten = await lines.close();
      if (unwritten.length > 0) await this.#write(job, unwritten).catch(() => {});
    }
  }

  async cancelled({ payload }: Job<BuildTask>, tx: Transaction): Promise<void> {
    const now = new Date();
    await this.tell.noted(payload, 'cancelled', now, tx);
    await this.tell.cancelled(payload, now, tx);
  }

  async failed({ payload }: Job<BuildTask>, reason: FailureReason, tx: Transaction): Promise<void> {
    const now = new Date();
    const failure = this.#failureOf(payload, reason);
    // What the image builder threw stands in the log of its run.
    const isLogged = reason.kind === 'error' && reason.error === failure;
    if (!isLogged) await this.tell.noted(payload, failure.message, now, tx);
    await this.tell.failed(payload, failure, now, tx);
  }

  #ending(
    task: BuildTask,
    lines: readonly LogLine[],
    tell: (now: Date, tx: Transaction) => Promise<void>,
  ): Completion {
    return async (tx) => {
      const now = new Date();
      await this.tell.logged(task, lines, now, tx);
      await tell(now, tx);
    };
  }

  /** Under the fence: a late run writes no lines between those of its successor. */
  #write(job: Job<BuildTask>, lines: readonly LogLine[]): Promise<void> {
    return this.transactions.run(async (tx) => {
      await this.queue.hold(job, tx);
      await this.tell.logged(job.payload, lines, new Date(), tx);
    }, AbortSignal.timeout(TRANSACTION_DEADLINE_MS));
  }

  #failureOf({ buildId }: BuildTask, reason: FailureReason): BuildFailure {
    if (reason.kind === 'deadline') {
      const text = 'The image was not ready within the time that a build may take.';
      return new BuildFailure('DEADLINE_EXCEEDED', text, 'Retry the build.');
    }
    if (reason.kind === 'error' && reason.error instanceof BuildFailure) return reason.error;
    const id = randomUUID();
    this.log.error('build failed', { id, buildId, ...reason });
    return new BuildFailure(
      'INTERNAL',
      `The platform failed; quote ${id}.`,
      'Retry the build; if it fails again, show this id to the operator.',
    );
  }
}
