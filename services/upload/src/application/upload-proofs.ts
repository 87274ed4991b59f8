import { BlobStore, type ByteRange, partRange, type Received } from '@floe/storage';
import { Injectable, Logger } from '@nestjs/common';

import { ModelRefused } from '../domain/errors.ts';
import type { ReceivedParts, UploadSession } from '../domain/upload-session.ts';
import { FedRun } from './fed-run.ts';
import { FileRun } from './file-run.ts';
import { LayerProofs, type ProvenLayer } from './layer-proofs.ts';
import { FedAttempt, FileAttempt, type PartAttempt } from './part-attempt.ts';
import { readAhead } from './read-ahead.ts';
import { type Slab, Slabs } from './slabs.ts';
import { UploadSessions } from './upload-sessions.ts';

/** More uploads at once are proven when they are complete. */
const MOST_RUNS = 64;
const IDLE_MS = 60_000;
/** A part whose bytes find no memory for so long passes without being kept. */
const PATIENCE_MS = 5_000;

type Run = FileRun | FedRun;

/** Proves uploads behind the contiguous front of their parts, so that completing one needs only the rest. */
@Injectable()
export class UploadProofs {
  readonly #runs = new Map<string, Run>();
  readonly #log = new Logger(UploadProofs.name);

  constructor(
    private readonly sessions: UploadSessions,
    private readonly proofs: LayerProofs,
    private readonly store: BlobStore,
    private readonly slabs: Slabs,
  ) {}

  /** A part is about to be stored; `received` are those that are. What goes wrong with the proof shows when it ends. */
  async attempt(
    session: UploadSession,
    number: number,
    received: ReceivedParts,
  ): Promise<PartAttempt> {
    const file = this.store.parts.localFile(session);
    if (file !== undefined) {
      const run = this.#run(session, () => this.#startFile(session, file));
      return new FileAttempt(run instanceof FileRun ? run : undefined);
    }
    return this.#fedAttempt(session, number, received);
  }

  /** All parts are there. Throws ModelRefused, FileGone, and what else hinders it; then it begins anew next time. */
  async end(session: UploadSession): Promise<ProvenLayer> {
    const file = this.store.parts.localFile(session);
    try {
      if (file === undefined) return await this.#endFed(session);
      const run = this.#runs.get(session.id);
      return await (run instanceof FileRun ? run : this.#startFile(session, file)).end();
    } finally {
      this.drop(session.id);
    }
  }

  bytesDone(id: string): number {
    return this.#runs.get(id)?.proof.bytesDone ?? 0;
  }

  drop(id: string): void {
    this.#runs.get(id)?.drop();
    this.#runs.delete(id);
  }

  /** Its bytes go; what it died of is told to everyone who asks. */
  async kill(session: UploadSession, { code, message, hint }: ModelRefused): Promise<void> {
    const dead = { kind: 'dead', refusal: { code, message, hint } } as const;
    await this.sessions.move(session.id, 'open', dead);
    await this.sessions.move(session.id, 'sealed', dead);
    await this.store.parts.abort(session);
  }

  async #fedAttempt(
    session: UploadSession,
    number: number,
    received: ReceivedParts,
  ): Promise<FedAttempt> {
    const { id } = session;
    const attempts = await this.sessions.attempt(id, number);
    const started = this.#run(session, () => this.#startFed(session));
    const run = started instanceof FedRun ? started : undefined;
    run?.comes(number, received);
    // Which of two attempts the store has cannot be known.
    if (attempts !== 1) run?.endBefore(number);
    const { start, end } = partRange(session, number);
    const sizeBytes = end - start;
    const memory = run?.wants(number) ? await this.#memory(sizeBytes) : undefined;
    if (memory === undefined) run?.endBefore(number);
    const withdraw = (): Promise<void> => this.sessions.withdrawAttempt(id, number);
    return new FedAttempt({ number, sizeBytes, run, slabs: this.slabs, memory, withdraw });
  }

  /** Nobody can store a part any more: a part that was attempted once is what the proof was given, or nobody is. */
  async #endFed(session: UploadSession): Promise<ProvenLayer> {
    const received = await this.store.parts.finish(session);
    const once = await this.sessions.attemptedOnce(session.id);
    let run = this.#runs.get(session.id);
    if (!(run instanceof FedRun) || !run.hasOnly(once)) {
      this.drop(session.id);
      run = this.#startFed(session);
    }
    return run.end((range, signal) => this.#readBack(received, range, signal));
  }

  #readBack(received: Received, range: ByteRange, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return readAhead(range, (part) => this.store.readReceived(received, signal, part));
  }

  /** For a whole part: of two that had half of it none would end. */
  async #memory(bytes: number): Promise<readonly Slab[] | undefined> {
    const slabs = await this.slabs.take(bytes, PATIENCE_MS);
    if (slabs === undefined) this.#dropIdle();
    return slabs;
  }

  #run(session: UploadSession, start: () => Run): Run | undefined {
    const run = this.#runs.get(session.id);
    if (run !== undefined) return run;
    if (this.#runs.size >= MOST_RUNS) this.#dropIdle();
    return this.#runs.size < MOST_RUNS ? start() : undefined;
  }

  #startFile(session: UploadSession, file: string): FileRun {
    return this.#started(session, new FileRun(session, this.sessions, this.proofs.ofFile(file)));
  }

  #startFed(session: UploadSession): FedRun {
    return this.#started(session, new FedRun(session, this.proofs.ofBytes(), this.slabs));
  }

  #started<R extends Run>(session: UploadSession, run: R): R {
    this.#runs.set(session.id, run);
    run.proof.failed.catch((error: unknown) => void this.#failed(session, run, error));
    return run;
  }

  /** Bytes that are no layer end the upload at once; another failure may pass. */
  async #failed(session: UploadSession, run: Run, error: unknown): Promise<void> {
    if (this.#runs.get(session.id) !== run) return;
    this.#runs.delete(session.id);
    run.drop();
    if (!(error instanceof ModelRefused)) return;
    try {
      await this.kill(session, error);
    } catch (cause) {
      this.#log.error('refusing an upload interrupted', { id: session.id, error: cause });
    }
  }

  #dropIdle(): void {
    const since = performance.now() - IDLE_MS;
    for (const [id, run] of this.#runs) if (run.usedAt < since) this.drop(id);
  }
}
