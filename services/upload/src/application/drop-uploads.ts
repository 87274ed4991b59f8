import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import type { Principal } from '../domain/access.ts';
import { KEPT_MS, type UploadSession } from '../domain/upload-session.ts';
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
    await this.sessions.drop(id);
    await this.#forget(session);
  }

  /** Those that nobody went on with for a day; gives how many. */
  async sweep(now: Date, signal: AbortSignal): Promise<number> {
    const since = new Date(now.getTime() - KEPT_MS);
    for (let swept = 0; ;) {
      const idle = await this.sessions.idle(since, BATCH_UPLOADS);
      if (idle.length === 0) return swept;
      for (const session of idle) {
        signal.throwIfAborted();
        if (!(await this.sessions.dropIdle(session.id, since))) continue;
        await this.#forget(session);
        swept += 1;
      }
    }
  }

  /** A process that dies before leaves the bytes to the store's own sweep. */
  async #forget(session: UploadSession): Promise<void> {
    this.proofs.drop(session.id);
    await this.store.parts.abort(session);
  }
}
