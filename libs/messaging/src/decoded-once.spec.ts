import { describe, expect, it } from 'vitest';

import { decodedOnce } from './decoded-once.ts';
import type { FactType } from './fact-type.ts';

interface Note {
  readonly text: string;
}

const NOTE = type('Note');

describe('decodedOnce', () => {
  it('gives the same fact for the same bytes', () => {
    const bytes = Buffer.from('one');

    expect(decodedOnce(NOTE, bytes)).toEqual({ text: 'one' });
    expect(decodedOnce(NOTE, bytes)).toBe(decodedOnce(NOTE, bytes));
  });

  it('decodes equal bytes of another record by themselves', () => {
    expect(decodedOnce(NOTE, Buffer.from('one'))).not.toBe(decodedOnce(NOTE, Buffer.from('one')));
  });

  it('never gives the fact of another type', () => {
    const bytes = Buffer.from('one');
    const other = type('Other');
    decodedOnce(NOTE, bytes);

    expect(decodedOnce(other, bytes)).toEqual({ text: 'one' });
    expect(decodedOnce(other, bytes)).not.toBe(decodedOnce(NOTE, bytes));
  });

  it('throws each time on bytes that are no fact', () => {
    const bytes = Buffer.alloc(0);

    expect(() => decodedOnce(NOTE, bytes)).toThrow('empty');
    expect(() => decodedOnce(NOTE, bytes)).toThrow('empty');
  });
});

function type(name: string): FactType<Note> {
  return {
    name,
    topic: 'notes',
    keyOf: ({ text }) => text,
    idOf: ({ text }) => text,
    encode: ({ text }) => Buffer.from(text),
    decode(bytes) {
      if (bytes.length === 0) throw new TypeError('the note is empty');
      return { text: Buffer.from(bytes).toString() };
    },
  };
}
