import { describe, expect, it } from 'vitest';

import { restAfter } from './rest-after.ts';

describe('restAfter', () => {
  it('ends early when the process has little to do', async () => {
    expect(await lasts(() => restAfter({ count: 1_000, ms: 1 }))).toBeLessThan(100);
  });

  it('lasts longer while the process is busy', async () => {
    using _ = busy();

    expect(await lasts(() => restAfter({ count: 1_000, ms: 1 }))).toBeGreaterThanOrEqual(110);
  });

  it('ends with its signal', async () => {
    using _ = busy();
    const stopped = AbortSignal.abort();

    expect(await lasts(() => restAfter({ count: 1_000, ms: 1 }, stopped))).toBeLessThan(100);
  });
});

/** The shortest of several, in ms: a busy machine prolongs the others. */
async function lasts(rest: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const begun = performance.now();
    await rest();
    times.push(performance.now() - begun);
  }
  return Math.min(...times);
}

/** Computes nearly all of the time, with turns for others in between. */
function busy(): Disposable {
  let stopped = false;
  const compute = (): void => {
    if (stopped) return;
    const end = performance.now() + 5;
    while (performance.now() < end);
    setImmediate(compute);
  };
  setImmediate(compute);
  return {
    [Symbol.dispose]() {
      stopped = true;
    },
  };
}
