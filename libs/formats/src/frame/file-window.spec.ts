import { describe, expect, it } from 'vitest';

import { MemoryFiles } from '../files/memory-files.ts';
import { Budget, defaultBudget } from './budget.ts';
import { FileWindow } from './file-window.ts';

const never = new AbortController().signal;
const path = 'a.bin';
const content = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);

describe('FileWindow', () => {
  it.each([
    [0, 10],
    [2_999_999, 1],
    [4_095, 2],
    [1_000_000, 1_500_000],
    [3_000_000, 0],
  ])('reads from %d exactly %d bytes', async (offset, length) => {
    const { window } = windowOf(content);

    expect(await window.read(offset, length)).toEqual(content.slice(offset, offset + length));
  });

  it('reads a file from its begin to its end in few and growing blocks', async () => {
    const { window, files } = windowOf(content);

    for (let offset = 0; offset < content.length; offset += 1_000)
      expect((await window.read(offset, 1_000))[0]).toBe(offset % 251);

    expect(files.requests).toBeLessThan(20);
    expect(files.bytes).toBeLessThan(content.length * 1.01);
  });

  it('reads little at each place while it hops', async () => {
    const { window, files } = windowOf(content);

    for (let offset = 0; offset < content.length; offset += 500_000) await window.read(offset, 10);

    expect(files).toMatchObject({ requests: 6, bytes: 6 * 4096 });
  });

  it.each([
    [3_000_000, 1],
    [2_999_999, 2],
    [-1, 1],
    [0, 2 ** 50],
    [2 ** 53, 1],
  ])(
    'refuses bytes beyond the file (from %d, %d) without asking for them',
    async (from, length) => {
      const { window, files } = windowOf(content);

      await expect(window.read(from, length)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });

      expect(files.requests).toBe(0);
    },
  );

  it('refuses a file that is shorter than its listing says', async () => {
    const files = new MemoryFiles({ [path]: content.slice(0, 5) });
    const window = new FileWindow(files, { path, sizeBytes: 10 }, new Budget(), never);

    await expect(window.read(0, 10)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
  });

  it('is stopped by its signal', async () => {
    const files = new MemoryFiles({ [path]: content });
    const file = { path, sizeBytes: content.length };
    const stopped = AbortSignal.abort(new Error('stopped'));
    const window = new FileWindow(files, file, new Budget(), stopped);

    await expect(window.read(0, 1)).rejects.toThrow('stopped');
  });

  it('asks for nothing that its budget does not cover', async () => {
    const { window, files } = windowOf(content, new Budget({ ...defaultBudget, bytes: 10_000 }));

    await window.read(0, 10);
    await expect(window.read(5_000, 9_000)).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });

    expect(files.bytes).toBeLessThanOrEqual(10_000);
  });
});

function windowOf(
  bytes: Uint8Array,
  budget = new Budget(),
): { window: FileWindow; files: MemoryFiles } {
  const files = new MemoryFiles({ [path]: bytes });
  return { files, window: new FileWindow(files, { path, sizeBytes: bytes.length }, budget, never) };
}
