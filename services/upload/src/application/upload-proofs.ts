import { encodingIndex, inTurns } from '@floe/layers';
import { BlobStore, partCount, partRange } from '@floe/storage';
import { Injectable, Logger } from '@nestjs/common';

import { ModelRefused } from '../domain/errors.ts';
import type { UploadSession } from '../domain/upload-session.ts';
import { CheckedLayer } from './checked-layer.ts';
import { type LayerProof, LayerProofs, type ProvenLayer } from './layer-proofs.ts';
import { UploadSessions } from './upload-sessions.ts';

/** More uploads at once are proven when they are complete. */
const MOST_RUNS = 64;
const IDLE_MS = 60_000;
/** A store that is read back has the deadlines of its own requests. */
const unhurried = new AbortController().signal;

/** Proves uploads behind the contiguous front of their parts, so that completing one needs only the rest; without a local file, once they are whole. */
@Injectable()
export class UploadProofs {
  readonly #runs = new Map<string, Run>();
  readonly #readBytes = new Map<string, number>();
  readonly #log = new Logger(UploadProofs.name);

  constructor(
    private readonly sessions: UploadSessions,
    private readonly proofs: LayerProofs,
    private readonly store: BlobStore,
  ) {}

  /** A part came: goes on as far as there are parts. Never waits, and what goes wrong shows when it is completed. */
  follow(session: UploadSession): void {
    const file = this.store.parts.localFile(session);
    if (file === undefined) return;
    const run = this.#runs.get(session.id) ?? this.#begin(session, file);
    void run?.follow();
  }

  /** All parts are there. Throws ModelRefused, FileGone, and what else hinders it; then it begins anew next time. */
  async end(session: UploadSession): Promise<ProvenLayer> {
    const file = this.store.parts.localFile(session);
    if (file === undefined) return this.#readBack(session);
    const run = this.#runs.get(session.id) ?? this.#start(session, file);
    try {
      return await run.end();
    } finally {
      this.drop(session.id);
    }
  }

  bytesDone(id: string): number {
    return this.#runs.get(id)?.proof.bytesDone ?? this.#readBytes.get(id) ?? 0;
  }

  drop(id: string): void {
    this.#runs.get(id)?.proof.drop();
    this.#runs.delete(id);
  }

  async #readBack(session: UploadSession): Promise<ProvenLayer> {
    const layer = new CheckedLayer();
    let bytesDone = 0;
    try {
      const received = await this.store.parts.finish(session);
      for await (const chunk of layer.pass(await this.store.readReceived(received, unhurried))) {
        bytesDone += chunk.byteLength;
        this.#readBytes.set(session.id, bytesDone);
      }
      const { digest, index } = layer.end();
      return { digest, index: await inTurns(encodingIndex(index)) };
    } finally {
      this.#readBytes.delete(session.id);
    }
  }

  #begin(session: UploadSession, file: string): Run | undefined {
    if (this.#runs.size >= MOST_RUNS) this.#dropIdle();
    return this.#runs.size < MOST_RUNS ? this.#start(session, file) : undefined;
  }

  #start(session: UploadSession, file: string): Run {
    const run = new Run(session, this.sessions, this.proofs.begin(file));
    this.#runs.set(session.id, run);
    run.proof.failed.catch((error: unknown) => void this.#failed(session, run, error));
    return run;
  }

  /** Bytes that are no layer end the upload at once; another failure may pass. */
  async #failed(session: UploadSession, run: Run, error: unknown): Promise<void> {
    if (this.#runs.get(session.id) !== run) return;
    this.#runs.delete(session.id);
    if (!(error instanceof ModelRefused)) return;
    try {
      await this.kill(session, error);
    } catch (cause) {
      this.#log.error('refusing an upload interrupted', { id: session.id, error: cause });
    }
  }

  /** Its bytes go; what it died of is told to everyone who asks. */
  async kill(session: UploadSession, { code, message, hint }: ModelRefused): Promise<void> {
    const dead = { kind: 'dead', refusal: { code, message, hint } } as const;
    await this.sessions.move(session.id, 'open', dead);
    await this.sessions.move(session.id, 'sealed', dead);
    await this.store.parts.abort(session);
  }

  #dropIdle(): void {
    const since = performance.now() - IDLE_MS;
    for (const [id, run] of this.#runs) if (run.usedAt < since) this.drop(id);
  }
}

class Run {
  usedAt = performance.now();
  #following: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly session: UploadSession,
    private readonly sessions: UploadSessions,
    readonly proof: LayerProof,
  ) {}

  /** Parts that come while it looks are seen by one more look. */
  follow(): Promise<void> {
    this.usedAt = performance.now();
    this.#again = this.#following !== undefined;
    this.#following ??= this.#look().finally(() => {
      this.#following = undefined;
      if (this.#again) void this.follow();
    });
    return this.#following;
  }

  end(): Promise<ProvenLayer> {
    this.usedAt = Infinity;
    this.proof.reach(this.session.sizeBytes);
    return this.proof.end();
  }

  async #look(): Promise<void> {
    // The database is away for the moment: the next part looks again.
    const received = await this.sessions.parts(this.session.id).catch(() => new Map());
    let front = 0;
    while (front < partCount(this.session) && received.has(front + 1)) front += 1;
    if (front > 0) this.proof.reach(partRange(this.session, front).end);
  }
}
