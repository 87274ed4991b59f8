import type { Transaction } from '@floe/messaging';

export interface LinkedBlob {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Which repository shows which blob of the store: whatever is not linked is not there. */
export abstract class BlobLinks {
  abstract find(
    repository: string,
    digest: string,
    tx: Transaction,
  ): Promise<LinkedBlob | undefined>;

  /** Linking again changes nothing. */
  abstract add(repository: string, blob: LinkedBlob, tx: Transaction): Promise<void>;
}
