/** What the thread of proofs is told; `id` names a proof of this thread. */
export type Order =
  | { readonly kind: 'read'; readonly id: number; readonly file: string; readonly to: number }
  /** The next bytes, in memory that both sides share; they stay as they are until they are told as read. */
  | { readonly kind: 'take'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'drop'; readonly id: number };

export type Report =
  | { readonly kind: 'read'; readonly id: number; readonly bytesDone: number }
  | {
      readonly kind: 'proven';
      readonly id: number;
      readonly digest: string;
      readonly index: Uint8Array<ArrayBuffer>;
    }
  /** The bytes are no layer. */
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly code: string;
      readonly message: string;
    }
  /** The file could not be read; `code` is the system's. */
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly code: string;
      readonly message: string;
    };
