import { setTimeout as sleep } from 'node:timers/promises';

import type { Layer } from '@floe/contracts';
import { failPoint } from '@floe/fail-point';
import { BlobStore, ReceivedMissing } from '@floe/storage';
import { Injectable, Logger } from '@nestjs/common';

import type { Principal } from '../domain/access.ts';
import { DigestMismatch, ModelRefused, UploadDead } from '../domain/errors.ts';
import { PartsMissing, UploadNotFound } from '../domain/upload-errors.ts';
import { missingParts, type UploadSession } from '../domain/upload-session.ts';
import { FindUpload, refuseDead } from './find-upload.ts';
import { FileGone } from './layer-proofs.ts';
import { UploadProofs } from './upload-proofs.ts';
import { UploadSessions } from './upload-sessions.ts';

/** Proves that the bytes of an upload have the stated digest, and publishes them under it. */
@Injectable()
export class CompleteUpload {
  readonly #running = new Map<string, Promise<void>>();
  readonly #log = new Logger(CompleteUpload.name);

  constructor(
    private readonly find: FindUpload,
    private readonly sessions: UploadSessions,
    private readonly proofs: UploadProofs,
    private readonly store: BlobStore,
  ) {}

  /**
   * Gives the blob, or `undefined` when it is not proven within `waitMs`: it goes on by itself. Throws PartsMissing;
   * DigestMismatch and ModelRefused, after which the upload is dead.
   */
  async execute(
    id: string,
    digest: string,
    principal: Principal,
    waitMs: number,
  ): Promise<Layer | undefined> {
    const session = await this.#sealed(await this.find.execute(id, principal), digest);
    const { sizeBytes, state } = session;
    if (state.kind === 'present') return { digest, sizeBytes };
    const isProven = this.goOn(session).then(() => true);
    const patience = new AbortController();
    const late = sleep(waitMs, false, { signal: patience.signal });
    late.catch(() => {});
    try {
      return (await Promise.race([isProven, late])) ? { digest, sizeBytes } : undefined;
    } finally {
      patience.abort();
      isProven.catch(() => {});
    }
  }

  /** Proves a sealed upload, also one that an earlier process sealed; one run for all who ask. */
  goOn(session: UploadSession): Promise<void> {
    const { id } = session;
    const known = this.#running.get(id);
    if (known) return known;
    const running = this.#publish(session).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    running.catch((error: unknown) => this.#report(id, error));
    return running;
  }

  async #sealed(session: UploadSession, digest: string): Promise<UploadSession> {
    refuseDead(session);
    const { id, state } = session;
    if (state.kind === 'open') {
      const missing = missingParts(session, await this.sessions.parts(id));
      if (missing.length > 0) throw new PartsMissing(missing);
      const sealed = { kind: 'sealed', digest } as const;
      if (await this.sessions.move(id, 'open', sealed)) return { ...session, state: sealed };
      const moved = await this.sessions.find(id);
      if (moved === undefined) throw new UploadNotFound(id);
      return this.#sealed(moved, digest);
    }
    if (state.kind !== 'dead' && state.digest !== digest)
      throw new DigestMismatch(digest, state.digest);
    return session;
  }

  async #publish(session: UploadSession): Promise<void> {
    try {
      await this.#prove(session);
    } catch (error) {
      const isGone = error instanceof FileGone || error instanceof ReceivedMissing;
      if (isGone) await this.sessions.drop(session.id);
      // Somebody may have dropped it meanwhile.
      const isKnown = !isGone && (await this.sessions.find(session.id)) !== undefined;
      throw isKnown ? error : new UploadNotFound(session.id);
    }
  }

  async #prove(session: UploadSession): Promise<void> {
    const { id, sizeBytes, state } = session;
    if (state.kind !== 'sealed' && state.kind !== 'proven') return;
    const { digest } = state;
    if (state.kind === 'sealed' || !(await this.#isPublished(digest))) {
      const proven = await this.#proofOf(session, digest);
      // Known before anything is visible: a process that dies in between need not believe the next one's word.
      // Who drops an upload takes its bytes, unless it is proven: both is decided where its row is.
      const isMoved = await this.sessions.move(id, 'sealed', { kind: 'proven', digest });
      if (!isMoved && (await this.sessions.find(id)) === undefined) throw new UploadNotFound(id);
      await this.store.publish(await this.store.parts.finish(session), digest, proven.index);
      failPoint('upload.proof-finished');
    }
    await this.sessions.markPresent(session, { digest, sizeBytes });
  }

  async #isPublished(digest: string): Promise<boolean> {
    return (await this.store.readIndex(digest)) !== undefined;
  }

  async #proofOf(
    session: UploadSession,
    stated: string,
  ): Promise<Awaited<ReturnType<UploadProofs['end']>>> {
    try {
      const proven = await this.proofs.end(session);
      if (proven.digest === stated) return proven;
      throw new DigestMismatch(stated, proven.digest);
    } catch (error) {
      if (error instanceof ModelRefused || error instanceof DigestMismatch)
        await this.proofs.kill(session, error);
      throw error;
    }
  }

  #report(id: string, error: unknown): void {
    const isTold = error instanceof ModelRefused || error instanceof DigestMismatch;
    if (isTold || error instanceof UploadDead || error instanceof UploadNotFound) return;
    this.#log.error('proving an upload interrupted', { id, error });
  }
}
