import type { Transaction } from '@floe/messaging';

import type { Chunk, Upload } from '../domain/upload.ts';

type UploadKey = Pick<Upload, 'id' | 'repository'>;

/** The blobs on their way in. */
export abstract class Uploads {
  abstract open(upload: UploadKey, tx: Transaction): Promise<void>;

  abstract find(upload: UploadKey, tx: Transaction): Promise<Upload | undefined>;

  /** Adds a chunk that begins at `start`; false when the upload is gone or ends elsewhere by now. */
  abstract append(id: string, start: number, chunk: Chunk, tx: Transaction): Promise<boolean>;

  abstract drop(id: string, tx: Transaction): Promise<void>;

  /** Drops what nobody touched since; gives the dropped uploads, whose bytes can go. */
  abstract dropIdle(since: Date, tx: Transaction): Promise<readonly Pick<Upload, 'chunks'>[]>;
}
