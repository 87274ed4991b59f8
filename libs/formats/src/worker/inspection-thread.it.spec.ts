import { describe, expect, it } from 'vitest';

import { MemoryFiles } from '../files/memory-files.ts';
import { defaultBudget } from '../frame/budget.ts';
import { InspectionThread } from './inspection-thread.ts';

const never = new AbortController().signal;
const limits = { ...defaultBudget, timeMs: 50, memoryBytes: 16 * 2 ** 20 };
const files = new MemoryFiles({ 'model.onnx': new Uint8Array(1) });

describe('InspectionThread', () => {
  it.each([
    ['never ends', 'endless', 'Reading the model took longer than 0.05 s.'],
    ['takes all memory', 'exhausting', 'Reading the model took more memory than it is allowed to.'],
    ['breaks', 'exiting', 'Reading the model ended the reader.'],
  ])('makes a model unreadable whose reader %s', async (_, script, message) => {
    await using thread = threadOf(script);

    await expect(thread.inspect(files, never)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message,
    });
  });

  it('is left at once when the caller gives up', async () => {
    await using thread = threadOf('endless');
    const caller = new AbortController();

    const inspection = thread.inspect(files, caller.signal);
    caller.abort(new Error('cancelled'));

    await expect(inspection).rejects.toThrow('cancelled');
  });
});

function threadOf(script: string): InspectionThread & AsyncDisposable {
  const url = new URL(`../../fixtures/workers/${script}.js`, import.meta.url);
  const patient = script === 'endless' ? limits : { ...limits, timeMs: 20_000 };
  const thread = new InspectionThread(patient, url);
  return Object.assign(thread, { [Symbol.asyncDispose]: async () => thread.end() });
}
