import type { Blobs } from '../calls/blobs.ts';

/** A blob that the team has not proven yet. */
export interface OutgoingBlob {
  readonly digest: string;
  readonly sizeBytes: number;
  /** The bytes from the first on, anew by each call. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** Brings a blob to the platform; resolves when the platform has proven it. */
export abstract class BlobSender {
  abstract send(team: string, blob: OutgoingBlob, signal: AbortSignal): Promise<void>;
}

/** In one piece; an attempt that breaks off begins again at the first byte. */
export class WholeBlobSender extends BlobSender {
  constructor(private readonly blobs: Blobs) {
    super();
  }

  async send(team: string, blob: OutgoingBlob, signal: AbortSignal): Promise<void> {
    await this.blobs.put(team, blob.digest, blob, { signal });
  }
}
