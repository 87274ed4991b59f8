import type { BuildEnded, Identity } from '@floe/contracts';
import { array, assert, constantFrom, property, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decideEnd, renderBuild, stateOf, tell, type Told } from './index.ts';

const identity = { team: 'demo', model: 'iris', buildId: '019b0000-0000-7000-8000-000000000001' };
const imageDigest = `sha256:${'a'.repeat(64)}`;
const now = new Date('2026-01-01T01:00:00.000Z');

const upload = {
  layers: [{ digest: imageDigest, sizeBytes: 3_584 }],
  spec: { needsAllFiles: false, metadata: {}, aliases: [], allowUnknownSignature: false },
  layout: 1,
  fileCount: 1,
  fileBytes: 700,
  uploadedAt: at(0),
  warnings: [{ code: 'PATHS_DIFFER_BY_CASE', message: 'a and A' }],
};
const inference = { verdict: 'exact', evidence: {}, classLabels: [] } as const;

const released: Told = {
  uploaded: { ...fact(1), upload },
  inferred: { ...fact(3), upload, inference, warnings: [], startedAt: at(2) },
  queued: fact(4),
  started: { ...fact(5), attempt: 1 },
  succeeded: { ...fact(6), upload, inference, warnings: [], imageDigest, imageBytes: 9 },
  assigned: { ...fact(7), imageDigest, version: 1 },
  published: { ...fact(8), imageDigest, version: 1, repository: 'demo/iris' },
};

describe('a build told by its facts', () => {
  it('is the same whatever their order and however often each came', () => {
    const facts = Object.entries(released) as [keyof Told, NonNullable<Told[keyof Told]>][];
    const deliveries = array(constantFrom(...facts), { maxLength: 10 }).chain((extra) =>
      shuffledSubarray([...facts, ...extra], { minLength: facts.length + extra.length }),
    );

    assert(
      property(deliveries, (order) => {
        const sum = order.reduce<Told>((known, [kind, each]) => tell(known, kind, each), {});
        expect(sum).toEqual(released);
      }),
    );
  });

  it('keeps the first of two attempts, whichever came first', () => {
    const first = { ...fact(5), attempt: 1 };
    const second = { ...fact(6), attempt: 2 };

    expect(tell(tell({}, 'started', second), 'started', first).started).toEqual(first);
    expect(tell(tell({}, 'started', first), 'started', second).started).toEqual(first);
  });

  it('is in the furthest state that its facts prove', () => {
    expect(stateOf({})).toBe('received');
    expect(stateOf(told('uploaded'))).toBe('inferring');
    expect(stateOf(told('inferred'))).toBe('queued');
    expect(stateOf(told('started'))).toBe('building');
    expect(stateOf(told('succeeded', 'started'))).toBe('assigning');
    expect(stateOf(told('assigned', 'succeeded'))).toBe('publishing');
  });
});

describe('decideEnd', () => {
  it('releases a build once its tag is published', () => {
    expect(decideEnd(told('uploaded', 'inferred', 'succeeded', 'assigned'), now)).toBeUndefined();
    expect(decideEnd(released, now)).toMatchObject({
      outcome: 'released',
      version: 1,
      imageDigest,
    });
  });

  it('never fails a build that has its number', () => {
    const failed = { ...fact(9), code: 'INTERNAL', message: 'No.' };

    expect(decideEnd({ ...told('assigned'), failed }, now)).toBeUndefined();
  });

  it('ends a build as its stage reports', () => {
    const failed = { ...fact(9), code: 'INTERNAL', message: 'No.' };
    const rejected = { ...failed, code: 'SIGNATURE_UNKNOWN', cancelled: false };

    expect(decideEnd({ failed }, now)).toMatchObject({ outcome: 'failed', stage: 'building' });
    expect(decideEnd({ rejected }, now)).toMatchObject({
      outcome: 'failed',
      stage: 'inferring',
      code: 'SIGNATURE_UNKNOWN',
    });
    expect(decideEnd({ rejected: { ...rejected, cancelled: true } }, now)?.outcome).toBe(
      'cancelled',
    );
    expect(decideEnd({ cancelled: fact(9) }, now)?.outcome).toBe('cancelled');
  });

  it('lets what has ended stay as it ended', () => {
    const ended: BuildEnded = { ...fact(9), outcome: 'failed', warnings: [], timeline: [] };

    expect(decideEnd({ ...released, ended }, now)).toBeUndefined();
  });
});

describe('renderBuild', () => {
  it('shows the same of a released build to who knows all facts and to who knows its end', () => {
    const ended = decideEnd(released, now);
    const context = { id: identity.buildId, ...identity, registryHost: 'localhost:8080', now };

    const all = renderBuild({ ...released, ...(ended && { ended }) }, context);
    const few = renderBuild({ ...told('uploaded'), ...(ended && { ended }) }, context);

    expect(few).toEqual(all);
    expect(all.image).toEqual({
      reference: 'localhost:8080/demo/iris:1',
      digest: imageDigest,
      pinned: `localhost:8080/demo/iris@${imageDigest}`,
      sizeBytes: 9,
    });
    expect(all.timeline.map(({ state }) => state)).toEqual([
      'received',
      'inferring',
      'queued',
      'building',
      'assigning',
      'publishing',
      'released',
    ]);
  });
});

function told(...kinds: readonly (keyof Told)[]): Told {
  return Object.fromEntries(kinds.map((kind) => [kind, released[kind]]));
}

function fact(second: number): Identity & { readonly at: string } {
  return { ...identity, at: at(second) };
}

function at(second: number): string {
  return `2026-01-01T00:00:0${second}.000Z`;
}
