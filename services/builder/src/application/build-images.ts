import { randomUUID } from 'node:crypto';

import type { Transaction } from '@floe/messaging';
import type { Completion, FailureReason, Job, JobHandler } from '@floe/work';
import { Injectable, Logger } from '@nestjs/common';

import { BuildFailure } from '../domain/build-failure.ts';
import type { BuildTask } from '../domain/build-task.ts';
import type { LogLine } from '../domain/log-line.ts';
import { ImageBuilder } from './image-builder.ts';
import { TellBuild } from './tell-build.ts';
import { WriteLogs } from './write-logs.ts';

/** What the workers do with each build that they claim. */
@Injectable()
export class BuildImages implements JobHandler<BuildTask> {
  constructor(
    private readonly builder: ImageBuilder,
    private readonly tell: TellBuild,
    private readonly logs: WriteLogs,
    private readonly report: Logger,
  ) {}

  async claimed(jobs: readonly Job<BuildTask>[], tx: Transaction): Promise<void> {
    for (const { payload, fence } of jobs) {
      await this.tell.started(payload, fence, new Date(), tx);
    }
  }

  async run(job: Job<BuildTask>, signal: AbortSignal): Promise<Completion> {
    const task = job.payload;
    const log = await this.logs.open(job);
    const note = (text: string): void => log.add(text, new Date());
    try {
      const begun = performance.now();
      const image = await this.builder.build(task, note, signal);
      const ms = Math.round(performance.now() - begun);
      this.report.log('image built', { buildId: task.buildId, digest: image.digest, ms });
      return this.#ending(task, await this.logs.close(log), (now, tx) =>
        this.tell.succeeded(task, image, now, tx),
      );
    } catch (error) {
      if (!(error instanceof BuildFailure) || signal.aborted) throw error;
      note(error.message);
      if (error.passing) throw error;
      return this.#ending(task, await this.logs.close(log), (now, tx) =>
        this.tell.failed(task, error, now, tx),
      );
    } finally {
      const lines = await this.logs.close(log);
      if (lines.length > 0) await this.logs.write([{ job, lines }]).catch(() => {});
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

  #failureOf({ buildId }: BuildTask, reason: FailureReason): BuildFailure {
    if (reason.kind === 'deadline') {
      const text = 'The image was not ready within the time that a build may take.';
      return new BuildFailure('DEADLINE_EXCEEDED', text, 'Retry the build.');
    }
    if (reason.kind === 'error' && reason.error instanceof BuildFailure) return reason.error;
    const id = randomUUID();
    this.report.error('build failed', { id, buildId, ...reason });
    return new BuildFailure(
      'INTERNAL',
      `The platform failed; quote ${id}.`,
      'Retry the build; if it fails again, show this id to the operator.',
    );
  }
}
