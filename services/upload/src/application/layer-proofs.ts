import type { Slab } from './slabs.ts';

/** Proofs of layers behind the bytes that arrive, off the event loop. */
export abstract class LayerProofs {
  /** Begins at the first byte of the file; nothing is read before `reach`. */
  abstract ofFile(file: string): FileProof;
  /** Of bytes that are given to it. */
  abstract ofBytes(): FedProof;
}

/** What some bytes are. It begins anew when it is begun again: its state cannot be kept. */
export interface LayerProof {
  readonly bytesDone: number;
  /** Rejects at the first deviation from the layout (ModelRefused), and with FileGone or whatever else hinders it. */
  readonly failed: Promise<never>;
  /** To be called once, after the last byte was told or given. */
  end(): Promise<ProvenLayer>;
  /** Nobody wants to know any more. */
  drop(): void;
}

export interface FileProof extends LayerProof {
  /** The bytes up to `to` are there and will not change. */
  reach(to: number): void;
}

export interface FedProof extends LayerProof {
  /** The next bytes. `read` is called once, when nobody needs them any more. */
  feed(slab: Slab, read: () => void): void;
}

export interface ProvenLayer {
  readonly digest: string;
  readonly index: Uint8Array;
}

/** The file of an upload is not there any more. */
export class FileGone extends Error {
  override readonly name = 'FileGone';
}
