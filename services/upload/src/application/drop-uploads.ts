import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import type { Principal } from '../domain/access.ts';
import { KEPT_MS, type SessionState, type UploadSession } from '../domain/upload-session.ts';
import { FindUpload } from './find-upload.ts';
import { UploadProofs } from './upload-proofs.ts';
import { UploadSessions } from './upload-sessions.ts';

const BATCH_UPLOADS = 100;

/** Forgets uploads, with their bytes. */
@Injectable()
export class DropUploads {
  constructor(
    private readonly find: FindUpload,
    private readonly sessions: UploadSessions,
    private readonly proofs: UploadProofs,
    private readonly store: BlobStore,
  ) {}

  async execute(id: string, principal: Principal): Promise<void> {
    const session = await this.find.execute(id, principal);
    await this.#forget(session, await this.sessions.drop(id));
  }

  /** Those that nobody went on with for a day; gives how many. */
  async sweep(now: Date, signal: AbortSignal): Promise<number> {
    const since = new Date(now.getTime() - KEPT_MS);
    for (let swept = 0; ;) {
      const idle = await this.sessions.idle(since, BATCH_UPLOADS);
      if (idle.length === 0) return swept;
      for (const session of idle) {
        signal.throwIfAborted();
        const state = await this.sessions.dropIdle(session.id, since);
        if (state === undefined) continue;
        await this.#forget(session, state);
        swept += 1;
      }
    }
  }

  /**
   * From `proven` on the bytes are being published, and whoever does it may be another process. What that leaves, and
   * a process that dies before, is the store's own sweep's.
   */
  async #forget(session: UploadSession, state: SessionState['kind'] | undefined): Promise<void> {
    this.proofs.drop(session.id);
    if (state !== 'proven' && state !== 'present') await this.store.parts.abort(session);
  }
}
