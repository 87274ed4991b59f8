import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { currentTrace, inTrace, keepingTrace } from './current-trace.ts';
import { traceFrom, traceOfBuild, traceparentOf } from './trace.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('a trace', () => {
  it('is taken over from a traceparent, with its flag and nothing else', () => {
    expect(traceFrom(`00-${ID}-${SPAN}-01`)).toEqual({ id: ID, sampled: true });
    expect(traceFrom(`00-${ID}-${SPAN}-00`)).toEqual({ id: ID, sampled: false });
    expect(traceFrom(`cc-${ID}-${SPAN}-01-what-comes-later`)).toEqual({ id: ID, sampled: true });
  });

  it.each([
    undefined,
    '',
    `ff-${ID}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${ID}-${'0'.repeat(16)}-01`,
    `00-${ID.toUpperCase()}-${SPAN}-01`,
    `00-${ID}-${SPAN}-01-more`,
    `00-${ID}-${SPAN}`,
    `00-${ID}-${SPAN}-01\n`,
  ])('is not made of %j', (traceparent) => {
    expect(traceFrom(traceparent)).toBeUndefined();
  });

  it('goes on under the same id and another step', () => {
    const trace = { id: ID, sampled: false };
    const [first, second] = [traceparentOf(trace), traceparentOf(trace)];

    expect(traceFrom(first)).toEqual(trace);
    expect(first).not.toBe(second);
  });

  it('of a build has the id of the build', () => {
    const trace = traceOfBuild('01a21181-79c7-7481-aed3-ed34003ae3a0');

    expect(trace.id).toBe('01a2118179c77481aed3ed34003ae3a0');
    expect(traceFrom(traceparentOf(trace))).toEqual(trace);
  });

  it('is known to all that is waited for, and to what is called later by others', async () => {
    const trace = traceOfBuild('01a21181-79c7-7481-aed3-ed34003ae3a0');

    const kept = inTrace(trace, () => keepingTrace(currentTrace));
    const within = await inTrace(trace, async () => {
      await turn();
      return inTrace(undefined, currentTrace);
    });

    expect([within, kept(), currentTrace()]).toEqual([trace, trace, undefined]);
  });
});
