import { inTrace } from '@floe/trace';
import { describe, expect, it, vi } from 'vitest';

import { JsonLogger } from './json-logger.ts';

const BUILD = '01a21181-79c7-7481-aed3-ed34003ae3a0';
const trace = { id: '0af7651916cd43dd8448eb211c80319c', sampled: true };

describe('a line of the log', () => {
  it('about a build has the build and its trace', () => {
    const [inTheBuilds, inAnother, inNone] = written((logger) => {
      logger.log('model read', { buildId: BUILD, ms: 3 });
      inTrace(trace, () => logger.log('model read', { buildId: BUILD }));
      logger.log('service started');
    });

    expect(inTheBuilds).toMatchObject({
      message: 'model read',
      params: { buildId: BUILD, ms: 3 },
      traceId: BUILD.replaceAll('-', ''),
    });
    expect(inAnother).toMatchObject({ params: { buildId: BUILD }, traceId: trace.id });
    expect(inNone).not.toHaveProperty('traceId');
  });
});

function written(work: (logger: JsonLogger) => void): readonly unknown[] {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    work(new JsonLogger());
    return write.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);
  } finally {
    write.mockRestore();
  }
}
