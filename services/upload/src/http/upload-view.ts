import { partCount, partRange } from '@floe/storage';

import { KEPT_MS, type ReceivedParts, type UploadSession } from '../domain/upload-session.ts';

/** An upload in parts as the API shows it. */
export interface UploadView {
  readonly id: string;
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
  readonly expiresAt: string;
  readonly parts: readonly PartView[];
  /** Once it is complete. */
  readonly proving?: { readonly bytesDone: number };
  /** Once it is proven: `present`. */
  readonly state?: 'present';
  readonly digest?: string;
}

interface PartView {
  readonly number: number;
  readonly sizeBytes: number;
  readonly state: 'missing' | 'received';
  readonly crc32?: string;
  /** Relative to the address of the platform, by whatever name it was reached. */
  readonly url: string;
}

export function uploadView(
  session: UploadSession,
  received: ReceivedParts,
  bytesDone = 0,
): UploadView {
  const { id, sizeBytes, partSizeBytes, state, touchedAt } = session;
  return {
    id,
    sizeBytes,
    partSizeBytes,
    expiresAt: new Date(touchedAt.getTime() + KEPT_MS).toISOString(),
    parts: Array.from({ length: partCount(session) }, (_, index) =>
      partView(session, index + 1, received.get(index + 1)),
    ),
    ...(state.kind === 'sealed' || state.kind === 'proven' ? { proving: { bytesDone } } : {}),
    ...(state.kind === 'present' && {
      proving: { bytesDone: sizeBytes },
      state: 'present',
      digest: state.digest,
    }),
  };
}

function partView(session: UploadSession, number: number, crc32: string | undefined): PartView {
  const { start, end } = partRange(session, number);
  return {
    number,
    sizeBytes: end - start,
    ...(crc32 === undefined ? { state: 'missing' } : { state: 'received', crc32 }),
    url: `/api/v1/uploads/${session.id}/parts/${number}`,
  };
}
