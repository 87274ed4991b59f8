import { Injectable } from '@nestjs/common';

import { can, type Principal } from '../domain/access.ts';
import { UploadDead } from '../domain/errors.ts';
import { UploadNotFound } from '../domain/upload-errors.ts';
import type { UploadSession } from '../domain/upload-session.ts';
import { UploadSessions } from './upload-sessions.ts';

/** The uploads that a caller may know of; those of others do not exist. */
@Injectable()
export class FindUpload {
  constructor(private readonly sessions: UploadSessions) {}

  /** Throws UploadNotFound. */
  async execute(id: string, principal: Principal): Promise<UploadSession> {
    const session = await this.sessions.find(id);
    if (session === undefined || !can(principal, 'prove-blob', session))
      throw new UploadNotFound(id);
    return session;
  }
}

/** Throws what the upload died of. */
export function refuseDead({ state }: UploadSession): void {
  if (state.kind !== 'dead') return;
  const { code, message, hint } = state.refusal;
  throw new UploadDead(code, message, hint);
}
