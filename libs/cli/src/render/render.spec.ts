import { describe, expect, it } from 'vitest';

import { bytesText, durationText } from './quantities.ts';
import { Rate } from './rate.ts';
import { releasedLines, sentText } from './released-lines.ts';
import { signatureText } from './signature-text.ts';
import { tableLines } from './table.ts';

describe('signatureText', () => {
  it('writes inputs and outputs on one line', () => {
    const signature = {
      name: 'predict',
      inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] }],
      outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [-1] }],
    };

    expect(signatureText(signature)).toBe('x float32[-1, 4] → y int64[-1]');
  });

  it('shows what is not known, scalars, and what may be left out', () => {
    const signature = {
      name: 'predict',
      inputs: [
        { name: null, dtype: null, shape: null },
        { name: 'k', dtype: 'DT_INT64', shape: [], optional: true },
      ],
      outputs: [],
    };

    expect(signatureText(signature)).toBe('? ?[?], k int64[]? → ()');
  });

  it('names the first of many', () => {
    const inputs = Array.from({ length: 20_000 }, (_, n) => ({
      name: `f${n}`,
      dtype: 'DT_FLOAT',
      shape: [],
    }));

    expect(signatureText({ name: 'predict', inputs, outputs: [] })).toMatch(
      /^f0 float32\[\], .* f7 float32\[\] and 19992 more → \(\)$/,
    );
  });
});

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9_960, '10 kB'],
    [38_000_000, '38 MB'],
    [999_600, '1.0 MB'],
    [4_100_000_000, '4.1 GB'],
    [12_000_000_000_000, '12 TB'],
  ])('writes %i bytes as %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    [40.4, '40 ms'],
    [999.9, '1.0 s'],
    [1_234, '1.2 s'],
    [12_000, '12 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('says how many layers were there', () => {
    const sums = {
      layers: 14,
      presentLayers: 12,
      sentBytes: 38_000_000,
      totalBytes: 4_100_000_000,
    };

    expect(sentText(sums, 1_200)).toBe(
      '12 of 14 layers already there: sent 38 MB of 4.1 GB in 1.2 s',
    );
  });
});

describe('Rate', () => {
  it('looks at the last five seconds', () => {
    const rate = new Rate(0);
    for (let second = 1; second <= 10; second += 1) rate.at(second * 1000, second * 10, 1000);

    expect(rate.at(20_000, 1100, 2100)).toMatchObject({ bytesPerSecond: 100, etaMs: 10_000 });
  });

  it('knows no rate before something moved, nor after an attempt began again', () => {
    const rate = new Rate(0);

    expect(rate.at(1000, 0, 10)).toEqual({ bytesPerSecond: 0, etaMs: undefined });
    rate.at(2000, 8, 10);
    expect(rate.at(2500, 0, 10)).toEqual({ bytesPerSecond: 0, etaMs: undefined });
  });
});

describe('tableLines', () => {
  it('aligns by what a reader sees', () => {
    expect(
      tableLines(
        ['NAME', 'N'],
        [
          ['u\u0308ber', '1'],
          ['a', '20'],
        ],
      ),
    ).toEqual(['NAME  N', 'u\u0308ber  1', 'a     20']);
  });
});

describe('releasedLines', () => {
  const build = {
    id: 'b',
    team: 'default',
    model: 'iris',
    state: 'released' as const,
    version: 3,
    image: {
      reference: 'localhost:8080/default/iris:3',
      digest: 'sha256:00',
      pinned: 'localhost:8080/default/iris@sha256:00',
    },
    warnings: [{ code: 'CELL_ASSUMED', message: 'a shape is assumed' }],
    timeline: [],
  };

  it('begins with the version and ends with something to copy', () => {
    const lines = releasedLines(build, 'all sent');

    expect(lines[0]).toBe('default/iris version 3 released');
    expect(lines).toContain('  image      localhost:8080/default/iris:3');
    expect(lines).toContain('  signature  not known');
    expect(lines).toContain('  warning: CELL_ASSUMED: a shape is assumed');
    expect(lines).toContain('  docker pull localhost:8080/default/iris:3');
    expect(lines.at(-1)).toContain('localhost:8080/default/iris@sha256:00');
  });

  it('runs what has a runtime', () => {
    const lines = releasedLines({ ...build, spec: { runtime: 'floe/serving:1' } }, undefined);

    expect(lines.at(-1)).toBe('  docker run --rm localhost:8080/default/iris:3');
  });
});
