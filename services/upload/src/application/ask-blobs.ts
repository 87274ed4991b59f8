import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { can, type Principal } from '../domain/access.ts';
import { Forbidden } from '../domain/errors.ts';
import { partSizeOf, type ReceivedParts, type UploadSession } from '../domain/upload-session.ts';
import { ProvenBlobs } from './builds.ts';
import { LiveUploads } from './live-uploads.ts';
import { UploadSessions } from './upload-sessions.ts';

export interface BlobQuestion {
  readonly sizeBytes: number;
  readonly digest?: string | undefined;
}

export interface KnownUpload {
  readonly session: UploadSession;
  readonly received: ReceivedParts;
}

export type BlobAnswer =
  | { readonly state: 'present'; readonly digest: string }
  | { readonly state: 'hash-first' }
  | { readonly state: 'resume'; readonly upload: KnownUpload }
  | { readonly state: 'send'; readonly upload: KnownUpload };

interface Moment {
  /** Gives a new id for each upload. */
  readonly newId: () => string;
  readonly now: Date;
}

/** The usual size of a part, as a value that Nest can inject. */
export class PartBytes {
  constructor(readonly value: number) {}
}

/** Tells what of some blobs has to be sent, and where to. */
@Injectable()
export class AskBlobs {
  constructor(
    private readonly provenBlobs: ProvenBlobs,
    private readonly sessions: UploadSessions,
    private readonly live: LiveUploads,
    private readonly store: BlobStore,
    private readonly partBytes: PartBytes,
  ) {}

  /** In the order asked. `except` are uploads that the caller found to be of other bytes. */
  async execute(
    team: string,
    questions: readonly BlobQuestion[],
    except: readonly string[],
    principal: Principal,
    moment: Moment,
  ): Promise<readonly BlobAnswer[]> {
    if (!can(principal, 'prove-blob', { team })) throw new Forbidden(team);
    const digests = questions.flatMap(({ digest }) => digest ?? []);
    const proven = await this.provenBlobs.find(team, digests);
    const provenSizes = await this.provenBlobs.sizes(team, sizesOf(questions, 'unknown'));
    const unfinished = await this.sessions.unfinished(team, sizesOf(questions));
    const free = new Set(unfinished.filter(({ id }) => !except.includes(id)));
    const begun: UploadSession[] = [];
    const answers: BlobAnswer[] = [];
    for (const question of questions) {
      const { sizeBytes, digest } = question;
      if (digest !== undefined && proven.has(digest)) answers.push({ state: 'present', digest });
      else if (digest === undefined && provenSizes.has(sizeBytes))
        answers.push({ state: 'hash-first' });
      else answers.push(await this.#upload(team, question, free, begun, moment));
    }
    if (begun.length > 0) await this.sessions.add(begun);
    return answers;
  }

  /** An upload of these bytes that broke off, as far as can be known, or a new one. */
  async #upload(
    team: string,
    { sizeBytes, digest }: BlobQuestion,
    free: Set<UploadSession>,
    begun: UploadSession[],
    { newId, now }: Moment,
  ): Promise<BlobAnswer> {
    const known = await this.#pick(sizeBytes, digest, free);
    if (known) {
      free.delete(known);
      this.live.touch(known.id);
      const received = await this.sessions.parts(known.id);
      return {
        state: received.size > 0 ? 'resume' : 'send',
        upload: { session: known, received },
      };
    }
    const place = await this.store.parts.open(
      sizeBytes,
      partSizeOf(sizeBytes, this.partBytes.value),
    );
    const session: UploadSession = {
      ...place,
      id: newId(),
      team,
      wanted: digest,
      state: { kind: 'open' },
      touchedAt: now,
    };
    begun.push(session);
    this.live.touch(session.id);
    return { state: 'send', upload: { session, received: new Map() } };
  }

  /** Who names the digest shares its upload with others; a digest that is not known is no reason to disturb a sender. */
  async #pick(
    sizeBytes: number,
    digest: string | undefined,
    free: ReadonlySet<UploadSession>,
  ): Promise<UploadSession | undefined> {
    const fitting = [...free].filter((session) => session.sizeBytes === sizeBytes);
    const same = fitting.find(({ wanted }) => digest !== undefined && wanted === digest);
    if (same) return same;
    const open = fitting.filter(({ wanted }) => digest === undefined || wanted === undefined);
    const idle = await this.live.takeIdle(open.map(({ id }) => id));
    return open.find(({ id }) => id === idle);
  }
}

function sizesOf(questions: readonly BlobQuestion[], which?: 'unknown'): readonly number[] {
  const asked = questions.filter(({ digest }) => which === undefined || digest === undefined);
  return [...new Set(asked.map(({ sizeBytes }) => sizeBytes))];
}
