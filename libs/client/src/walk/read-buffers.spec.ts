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

  it('is as much as is wanted, and then not lent again', () => {
    const buffers = new ReadBuffers();
    const chunk = buffers.lend(1_000_000);

    buffers.release(chunk);

    expect(chunk).toHaveLength(1_000_000);
    expect(buffers.lend(5_000_000)).toHaveLength(1024 * 1024);
    expect(buffers.lend().buffer).not.toBe(chunk.buffer);
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
