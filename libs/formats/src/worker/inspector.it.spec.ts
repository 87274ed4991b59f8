import { describe, expect, it } from 'vitest';

import { MemoryFiles } from '../files/memory-files.ts';
import type { ModelFiles } from '../files/model-files.ts';
import { defaultBudget } from '../frame/budget.ts';
import { inspect } from '../inspect.ts';
import { input, onnxModel, output, tensorType } from '../readers/onnx/onnx-writer.ts';
import { Inspector } from './inspector.ts';

const never = new AbortController().signal;
const model = onnxModel(8, [input('x', tensorType(1, [-1, 3])), output('y', tensorType(1, [1]))]);
const files = new MemoryFiles({ 'model.onnx': model });

describe('Inspector', () => {
  it('says what inspect says, for many models at once', async () => {
    await using inspector = new Inspector();
    const expected = await inspect(files, never);

    const inspections = await Promise.all(
      Array.from({ length: 6 }, async () => inspector.inspect(files, never)),
    );

    expect(inspections).toEqual(Array.from({ length: 6 }, () => expected));
  });

  it('does not wait long for a thread whose model takes its time', async () => {
    await using inspector = new Inspector({ ...defaultBudget, timeMs: 60_000 });
    const giveUp = new AbortController();
    const silent: ModelFiles = Object.assign(new MemoryFiles({ 'model.onnx': model }), {
      read: async () => new Promise<Uint8Array>(() => {}),
    });
    const slow = inspector.inspect(silent, giveUp.signal);

    await expect(inspector.inspect(files, never)).resolves.toMatchObject({ verdict: 'exact' });

    giveUp.abort(new Error('enough'));
    await expect(slow).rejects.toThrow('enough');
  });

  it('goes on after a model that it could not read', async () => {
    await using inspector = new Inspector();
    const damaged = new MemoryFiles({ 'model.onnx': model.slice(0, 10) });

    await expect(inspector.inspect(damaged, never)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
    });
    await expect(inspector.inspect(files, never)).resolves.toMatchObject({ verdict: 'exact' });
  });

  it('gives the error of a store as it is: the model is not to blame', async () => {
    await using inspector = new Inspector();
    const down: ModelFiles = Object.assign(new MemoryFiles({ 'model.onnx': model }), {
      read: async () => {
        throw new Error('store is down');
      },
    });

    await expect(inspector.inspect(down, never)).rejects.toThrow('store is down');
  });

  it('gives up on a store that does not answer', async () => {
    await using inspector = new Inspector({ ...defaultBudget, timeMs: 50 });
    const silent: ModelFiles = Object.assign(new MemoryFiles({ 'model.onnx': model }), {
      read: async () => new Promise<Uint8Array>(() => {}),
    });

    await expect(inspector.inspect(silent, never)).resolves.toMatchObject({
      verdict: 'none',
      warnings: [{ code: 'BUDGET_EXHAUSTED' }],
    });
  });

  it('refuses a caller who has given up already', async () => {
    await using inspector = new Inspector();

    await expect(inspector.inspect(files, AbortSignal.abort(new Error('late')))).rejects.toThrow(
      'late',
    );
  });

  it('starts no thread once it has ended, and blames no model for its end', async () => {
    const inspector = new Inspector({ ...defaultBudget, timeMs: 60_000 });
    const reading = Promise.withResolvers<void>();
    const silent: ModelFiles = Object.assign(new MemoryFiles({ 'model.onnx': model }), {
      read: async () => {
        reading.resolve();
        return new Promise<Uint8Array>(() => {});
      },
    });
    const slow = inspector.inspect(silent, never);
    await reading.promise;
    let started = 0;
    const count = (): void => void (started += 1);
    process.on('worker', count);
    using undone = new DisposableStack();
    undone.defer(() => process.off('worker', count));
    const waiting = inspector.inspect(files, never);

    const ended = await Promise.allSettled([slow, waiting, inspector[Symbol.asyncDispose]()]);

    const over = { status: 'rejected', reason: new Error('models are no longer inspected here') };
    expect(ended.slice(0, 2)).toEqual([over, over]);
    await expect(inspector.inspect(files, never)).rejects.toThrow('no longer inspected');
    expect(started).toBe(0);
  });
});
