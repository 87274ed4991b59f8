import { describe, expect, it } from 'vitest';

import { ReadBuffers } from './read-buffers.ts';

describe('the memory of chunks', () => {
  it('is lent again when its last user has released it, and not before', () => {
    const buffers = new ReadBuffers();
    const chunk = buffers.lend();
    const [head, tail] = [chunk.subarray(0, 10), chunk.subarray(10)];
    buffers.keep(head);
    buffers.keep(tail);

    buffers.release(chunk);
    buffers.release(tail);
    const other = buffers.lend();
    buffers.release(head);
    const again = buffers.lend();

    expect(other.buffer).not.toBe(chunk.buffer);
    expect(again.buffer).toBe(chunk.buffer);
  });

  it('is shared by small files, and lent again when the last of them is released', () => {
    const buffers = new ReadBuffers();
    const [first, second] = [buffers.lendPart(600_000), buffers.lendPart(300_000)];
    const third = buffers.lendPart(600_000);

    expect(second.buffer).toBe(first.buffer);
    expect(second.byteOffset).toBe(first.length);
    expect(third.buffer).not.toBe(first.buffer);
    buffers.release(second);
    expect(buffers.lend().buffer).not.toBe(first.buffer);
    buffers.release(first);
    expect(buffers.lend().buffer).toBe(first.buffer);
  });

  it('is not lent again when somebody keeps it for good', () => {
    const buffers = new ReadBuffers();
    const chunk = buffers.lend();

    buffers.withdraw(chunk);
    buffers.release(chunk);

    expect(buffers.lend().buffer).not.toBe(chunk.buffer);
  });

  it('is counted for nobody else: foreign memory, and what was released by all, is left alone', () => {
    const buffers = new ReadBuffers();
    const foreign = Buffer.alloc(10);
    const chunk = buffers.lend();

    buffers.keep(foreign);
    buffers.release(foreign);
    buffers.release(chunk);
    buffers.release(chunk);

    expect(buffers.lend().buffer).toBe(chunk.buffer);
    expect(buffers.lend().buffer).not.toBe(chunk.buffer);
  });
});
