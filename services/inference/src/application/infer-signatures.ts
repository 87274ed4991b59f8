import { randomUUID } from 'node:crypto';

import { SignatureInferred, SignatureRejected } from '@floe/contracts';
import { failPoint } from '@floe/fail-point';
import { type Inspection, Inspector, ModelUnreadable } from '@floe/formats';
import type { Transaction } from '@floe/messaging';
import { Outbox } from '@floe/outbox';
import { BlobReader } from '@floe/storage';
import type { Completion, FailureReason, Job, JobHandler } from '@floe/work';
import { Injectable, Logger } from '@nestjs/common';

import type { InferenceTask } from '../domain/inference-task.ts';
import { judge, type Judgement, type Reading } from '../domain/judgement.ts';
import { InferenceSettings } from './inference-settings.ts';
import { LayeredFiles } from './layered-files.ts';
import { Slots } from './slots.ts';

type Rejection = Omit<Extract<Judgement, { kind: 'rejected' }>, 'kind' | 'hint'> & {
  readonly hint?: string;
  readonly cancelled?: boolean;
};

/** What the workers do with each upload that they claim. */
@Injectable()
export class InferSignatures implements JobHandler<InferenceTask> {
  readonly #threads: Slots;

  constructor(
    private readonly store: BlobReader,
    private readonly inspector: Inspector,
    private readonly outbox: Outbox,
    private readonly log: Logger,
    { concurrency }: InferenceSettings,
  ) {
    this.#threads = new Slots(concurrency);
  }

  async run(job: Job<InferenceTask>, signal: AbortSignal): Promise<Completion> {
    const { buildId, upload } = job.payload;
    const begun = performance.now();
    const judgement = judge(upload, await this.#read(job.payload, signal));
    const ms = Math.round(performance.now() - begun);
    this.log.log('model read', { buildId, outcome: judgement.kind, ms });
    failPoint('inference.effect');
    if (judgement.kind === 'rejected') return (tx) => this.#reject(job, judgement, tx);
    return async (tx) => {
      const { inference, warnings } = judgement;
      const now = new Date();
      const fact = { ...identityOf(job, now), upload, inference, warnings };
      await this.outbox.add(SignatureInferred, fact, now, tx);
    };
  }

  cancelled(job: Job<InferenceTask>, tx: Transaction): Promise<void> {
    const message = 'The build was cancelled.';
    return this.#reject(job, { code: 'CANCELLED', message, cancelled: true }, tx);
  }

  failed(job: Job<InferenceTask>, reason: FailureReason, tx: Transaction): Promise<void> {
    if (reason.kind === 'deadline') {
      const message = 'The files were not read within the time that a build may take for it.';
      return this.#reject(
        job,
        { code: 'DEADLINE_EXCEEDED', message, hint: 'Retry the build.' },
        tx,
      );
    }
    const id = randomUUID();
    this.log.error('inference failed', { id, buildId: job.id, ...reason });
    const message = `The platform failed; quote ${id}.`;
    const hint = 'Retry the build; if it fails again, show this id to the operator.';
    return this.#reject(job, { code: 'INTERNAL', message, hint }, tx);
  }

  async #read({ upload }: InferenceTask, signal: AbortSignal): Promise<Reading> {
    const files = await LayeredFiles.open(upload.layers, this.store);
    try {
      return { kind: 'read', inspection: await this.#inspect(files, signal) };
    } catch (error) {
      if (!(error instanceof ModelUnreadable)) throw error;
      return { kind: 'unreadable', message: error.message };
    }
  }

  #inspect(files: LayeredFiles, signal: AbortSignal): Promise<Inspection> {
    return this.#threads.run(() => this.inspector.inspect(files, signal));
  }

  #reject(
    job: Job<InferenceTask>,
    { code, message, hint, inference, cancelled = false }: Rejection,
    tx: Transaction,
  ): Promise<void> {
    const now = new Date();
    const fact = {
      ...identityOf(job, now),
      code,
      message,
      ...(hint !== undefined && { hint }),
      ...(inference !== undefined && { inference }),
      cancelled,
    };
    return this.outbox.add(SignatureRejected, fact, now, tx);
  }
}

function identityOf({ payload, claimedAt }: Job<InferenceTask>, now: Date) {
  const { team, model, buildId } = payload;
  return { team, model, buildId, at: now.toISOString(), startedAt: claimedAt.toISOString() };
}
