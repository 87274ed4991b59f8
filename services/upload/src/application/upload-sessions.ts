import type { Layer } from '@floe/contracts';

import type { ReceivedParts, SessionState, UploadSession } from '../domain/upload-session.ts';

/** Uploads in parts: which there are, and which of their parts are durable. */
export abstract class UploadSessions {
  abstract add(sessions: readonly UploadSession[]): Promise<void>;
  abstract find(id: string): Promise<UploadSession | undefined>;
  /** Those of the team with one of these sizes whose bytes are still wanted, the oldest first. */
  abstract unfinished(team: string, sizes: readonly number[]): Promise<readonly UploadSession[]>;
  abstract parts(id: string): Promise<ReceivedParts>;
  /** Remembers a part that is durable; false when the upload is no longer open. */
  abstract addPart(id: string, number: number, crc32: string): Promise<boolean>;
  /** Somebody begins to store a part; gives how often that was done. */
  abstract attempt(id: string, number: number): Promise<number>;
  /** The store cannot have got it: that attempt does not count. */
  abstract withdrawAttempt(id: string, number: number): Promise<void>;
  /** The parts that somebody attempted to store once, and nobody twice. */
  abstract attemptedOnce(id: string): Promise<ReadonlySet<number>>;
  /** Moves the upload on; false when it is in another state than `from`. */
  abstract move(id: string, from: SessionState['kind'], to: SessionState): Promise<boolean>;
  /** Its bytes are published: the team has proven the blob, in the same moment. */
  abstract markPresent(session: UploadSession, blob: Layer): Promise<void>;
  /** Gives the state that it was in; `undefined` when there is none. */
  abstract drop(id: string): Promise<SessionState['kind'] | undefined>;
  /** What nobody touched since. */
  abstract idle(since: Date, limit: number): Promise<readonly UploadSession[]>;
  /** Drops it if it is still idle; `undefined` when somebody went on with it, else the state that it was in. */
  abstract dropIdle(id: string, since: Date): Promise<SessionState['kind'] | undefined>;
}
