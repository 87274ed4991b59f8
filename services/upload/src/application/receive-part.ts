import { crc32 } from '@floe/crc32';
import { failPoint } from '@floe/fail-point';
import {
  BlobStore,
  own,
  partCount,
  partRange,
  ReceivedMissing,
  StoreAway,
  WrongSize,
} from '@floe/storage';
import { Injectable } from '@nestjs/common';

import type { Principal } from '../domain/access.ts';
import { BodyTruncated } from '../domain/errors.ts';
import {
  PartConflict,
  PartCorrupt,
  PartSizeWrong,
  StoreUnavailable,
  UploadNotFound,
} from '../domain/upload-errors.ts';
import type { UploadSession } from '../domain/upload-session.ts';
import { FindUpload, refuseDead } from './find-upload.ts';
import { LiveUploads, type Turn } from './live-uploads.ts';
import type { PartAttempt } from './part-attempt.ts';
import { BytesInFlight } from './shares.ts';
import { UploadProofs } from './upload-proofs.ts';
import { UploadSessions } from './upload-sessions.ts';

export interface IncomingPart {
  readonly number: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** As the sender announces them. */
  readonly sizeBytes: number | undefined;
  /** 8 hexadecimal digits in lower case. */
  readonly crc32: string;
}

/** Takes one part of an upload, in any order, beside others, once or more often. */
@Injectable()
export class ReceivePart {
  constructor(
    private readonly find: FindUpload,
    private readonly sessions: UploadSessions,
    private readonly live: LiveUploads,
    private readonly inFlight: BytesInFlight,
    private readonly store: BlobStore,
    private readonly proofs: UploadProofs,
  ) {}

  /** Resolves when the part is durable. */
  async execute(
    id: string,
    part: IncomingPart,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<void> {
    const session = await this.find.execute(id, principal);
    const { number } = part;
    if (number < 1 || number > partCount(session))
      throw new UploadNotFound(`${id}, part ${number}`);
    refuseDead(session);
    const { start, end } = partRange(session, number);
    if (part.sizeBytes !== end - start)
      throw new PartSizeWrong(number, end - start, part.sizeBytes);

    using held = new DisposableStack();
    // Two that write one part at once would mix their bytes; the second finds it received, or takes over.
    const turn = held.use(await this.live.turn(id, number));
    const received = await this.sessions.parts(id);
    const there = received.get(number);
    if (there === part.crc32) return;
    if (there !== undefined) throw new PartConflict(number, there);
    held.use(await turn.heldUp(this.inFlight.turn(session.team, end - start, signal)));
    await using attempt = await this.proofs.attempt(session, number, received);
    await this.#store(session, part, turn, attempt, signal);
    if (!(await this.sessions.addPart(id, number, part.crc32))) throw new UploadNotFound(id);
    attempt.stored();
  }

  async #store(
    session: UploadSession,
    { number, bytes, crc32: stated }: IncomingPart,
    turn: Turn,
    attempt: PartAttempt,
    signal: AbortSignal,
  ): Promise<void> {
    const { start, end } = partRange(session, number);
    async function* summed(): AsyncGenerator<Uint8Array> {
      let found = 0;
      let left = end - start;
      for await (const chunk of bytes) {
        turn.moved();
        found = crc32(chunk, found);
        left -= chunk.byteLength;
        const sum = found.toString(16).padStart(8, '0');
        // Before the last chunk is passed on, so that a store which keeps whole parts never takes a corrupt one.
        if (left === 0 && sum !== stated) throw new PartCorrupt(number, stated, sum);
        yield own(chunk);
      }
    }
    const stop = AbortSignal.any([signal, turn.lost]);
    const body = { number, bytes: attempt.pass(summed()), crc32: Number.parseInt(stated, 16) };
    await this.store.parts.write(session, body, stop).catch(async (error: unknown) => {
      if (error instanceof ReceivedMissing) throw await this.#lost(session);
      if (error instanceof StoreAway) throw new StoreUnavailable({ cause: error });
      const isCut = error instanceof WrongSize || turn.lost.aborted;
      throw isCut ? new BodyTruncated({ cause: error }) : error;
    });
    failPoint('upload.part-stored');
  }

  /** The store takes no more of it: another process has completed it meanwhile, or its bytes were swept. */
  async #lost({ id }: UploadSession): Promise<Error> {
    if ((await this.sessions.find(id))?.state.kind === 'open') await this.sessions.drop(id);
    return new UploadNotFound(id);
  }
}
