import { OutOfOrder } from './errors.ts';

/** Bytes of an upload that came in one request, durable in the store but not visible. */
export interface Chunk {
  readonly key: string;
  readonly sizeBytes: number;
  /** Of this chunk alone. */
  readonly digest: string;
}

/** A blob on its way in. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  /** It has a row, because it takes more than one request. */
  readonly opened: boolean;
  /** In order, without gap. */
  readonly chunks: readonly Chunk[];
}

export function sizeOf({ chunks }: Pick<Upload, 'chunks'>): number {
  return chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Throws OutOfOrder for a chunk that does not begin at the upload's end; without a start it does. */
export function checkStart(upload: Pick<Upload, 'chunks'>, start: number | undefined): void {
  const end = sizeOf(upload);
  if (start !== undefined && start !== end) throw new OutOfOrder(end);
}
