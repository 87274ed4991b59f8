import type { Blobs, BlobState } from '../calls/blobs.ts';

/** A blob that the team has not proven yet. */
export interface OutgoingBlob {
  readonly sizeBytes: number;
  /** Where it is known already. */
  readonly digest: string | undefined;
  /** What the platform answered when it was asked for all blobs together. */
  readonly answer?: BlobState | undefined;
  /** Reads the bytes, if need be, for their digest only. */
  readonly hash: () => Promise<string>;
  /** The bytes from the first on, anew by each call. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Told how many bytes more the platform has taken. */
  readonly onSent: (bytes: number) => void;
}

/** Brings a blob to the platform; resolves with its digest when the platform has proven it. */
export abstract class BlobSender {
  abstract send(team: string, blob: OutgoingBlob, options: SendOptions): Promise<string>;
}

/** In one piece; an attempt that breaks off begins again at the first byte. */
export class WholeBlobSender extends BlobSender {
  constructor(private readonly blobs: Blobs) {
    super();
  }

  async send(team: string, blob: OutgoingBlob, { signal, onSent }: SendOptions): Promise<string> {
    const digest = blob.digest ?? (await blob.hash());
    await this.blobs.put(team, digest, blob, { signal });
    onSent(blob.sizeBytes);
    return digest;
  }
}
