import { partCount, partRange } from '@floe/storage';

import type { UploadSession } from '../domain/upload-session.ts';
import type { FileProof, ProvenLayer } from './layer-proofs.ts';
import type { UploadSessions } from './upload-sessions.ts';

/** Proves an upload whose parts lie in a file, behind the contiguous front of those that are there. */
export class FileRun {
  usedAt = performance.now();
  #following: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly session: UploadSession,
    private readonly sessions: UploadSessions,
    readonly proof: FileProof,
  ) {}

  /** Parts that come while it looks are seen by one more look. Never waits. */
  follow(): void {
    this.usedAt = performance.now();
    this.#again = this.#following !== undefined;
    this.#following ??= this.#look().finally(() => {
      this.#following = undefined;
      if (this.#again) this.follow();
    });
  }

  end(): Promise<ProvenLayer> {
    this.usedAt = Infinity;
    this.proof.reach(this.session.sizeBytes);
    return this.proof.end();
  }

  drop(): void {
    this.proof.drop();
  }

  async #look(): Promise<void> {
    // The database is away for the moment: the next part looks again.
    const received = await this.sessions.parts(this.session.id).catch(() => new Map());
    let front = 0;
    while (front < partCount(this.session) && received.has(front + 1)) front += 1;
    if (front > 0) this.proof.reach(partRange(this.session, front).end);
  }
}
