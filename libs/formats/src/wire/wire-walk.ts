import { ModelUnreadable } from '../frame/errors.ts';
import type { FileWindow } from '../frame/file-window.ts';
import { readVarint, unsignedOf, type Varint } from './varint.ts';
import { tagOf } from './wire-message.ts';

/** A part of a file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One field of a protobuf message that stays in its file. */
export type SpanField =
  | { readonly number: number; readonly type: 'varint'; readonly varint: Varint }
  | { readonly number: number; readonly type: 'bytes'; readonly span: Span }
  | { readonly number: number; readonly type: 'fixed64' | 'fixed32' };

/** A tag and a length, or a tag and a number. */
const longestHead = 20;

/** The fields of the message in `span`: reads their heads and hops over their content. */
export async function* walk(window: FileWindow, { start, end }: Span): AsyncGenerator<SpanField> {
  let at = start;
  while (at < end) {
    const head = await window.read(at, Math.min(longestHead, end - at));
    const tag = readVarint(head, 0);
    const { number, type } = tagOf(tag);
    if (type === 'varint') {
      const varint = readVarint(head, tag.length);
      at += tag.length + varint.length;
      yield { number, type, varint };
    } else if (type === 'bytes') {
      const length = readVarint(head, tag.length);
      const from = at + tag.length + length.length;
      at = from + unsignedOf(length);
      if (at > end)
        throw new ModelUnreadable(
          `'${window.path}' is cut off or damaged: a part claims more bytes than there are.`,
        );
      yield { number, type, span: { start: from, end: at } };
    } else {
      at += tag.length + (type === 'fixed64' ? 8 : 4);
      yield { number, type };
    }
  }
  if (at > end) throw new ModelUnreadable(`'${window.path}' ends in the middle of a value.`);
}

/** The bytes of a span, to be used before the next read. */
export async function bytesIn(window: FileWindow, { start, end }: Span): Promise<Uint8Array> {
  return window.read(start, end - start);
}
