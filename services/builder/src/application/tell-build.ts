import {
  BuildCancelled,
  BuildFailed,
  BuildLogged,
  BuildQueued,
  BuildStarted,
  BuildSucceeded,
} from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { Outbox } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import type { BuildFailure } from '../domain/build-failure.ts';
import type { BuildTask, BuiltImage } from '../domain/build-task.ts';
import type { LogLine } from '../domain/log-line.ts';
import { BuildLogs } from './build-logs.ts';

/** Writes the builder's facts; the caller's transaction holds the row of the build's job. */
@Injectable()
export class TellBuild {
  constructor(
    private readonly outbox: Outbox,
    private readonly logs: BuildLogs,
  ) {}

  queued(task: BuildTask, now: Date, tx: Transaction): Promise<void> {
    return this.outbox.add(BuildQueued, identityOf(task, now), now, tx);
  }

  started(task: BuildTask, attempt: number, now: Date, tx: Transaction): Promise<void> {
    return this.outbox.add(BuildStarted, { ...identityOf(task, now), attempt }, now, tx);
  }

  async logged(
    task: BuildTask,
    lines: readonly LogLine[],
    now: Date,
    tx: Transaction,
  ): Promise<void> {
    if (lines.length === 0) return;
    await this.logs.add(task.buildId, lines, tx);
    const told = lines.map(({ at, ...line }) => ({ ...line, at: at.toISOString() }));
    await this.outbox.add(BuildLogged, { ...identityOf(task, now), lines: told }, now, tx);
  }

  /** One line of the platform, outside of any run. */
  async noted(task: BuildTask, text: string, now: Date, tx: Transaction): Promise<void> {
    const n = (await this.logs.last(task.buildId, tx)) + 1;
    await this.logged(task, [{ n, at: now, stream: 'floe', text }], now, tx);
  }

  succeeded(task: BuildTask, image: BuiltImage, now: Date, tx: Transaction): Promise<void> {
    const { upload, inference, warnings } = task;
    const { digest: imageDigest, sizeBytes: imageBytes } = image;
    const fact = { ...identityOf(task, now), imageDigest, imageBytes, upload, inference, warnings };
    return this.outbox.add(BuildSucceeded, fact, now, tx);
  }

  failed(
    task: BuildTask,
    { code, message, hint }: BuildFailure,
    now: Date,
    tx: Transaction,
  ): Promise<void> {
    return this.outbox.add(BuildFailed, { ...identityOf(task, now), code, message, hint }, now, tx);
  }

  cancelled(task: BuildTask, now: Date, tx: Transaction): Promise<void> {
    return this.outbox.add(BuildCancelled, identityOf(task, now), now, tx);
  }

  again(buildId: string, tx: Transaction): Promise<void> {
    return this.outbox.tellAgain(buildId, tx);
  }
}

function identityOf({ team, model, buildId }: BuildTask, now: Date) {
  return { team, model, buildId, at: now.toISOString() };
}
