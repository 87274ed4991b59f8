import type { Build, UploadProgress } from '@floe/client';
import { describe, expect, it } from 'vitest';

import type { Terminal } from '../terminal/terminal.ts';
import { Stages } from './stages.ts';

function buildIn(state: Build['state']): UploadProgress {
  const build = { id: 'b', team: 't', model: 'm', state, warnings: [], timeline: [] };
  return { stage: 'building', build };
}

const totalBytes = 5_000_000;
const laidOut: UploadProgress = { stage: 'laid-out', files: 2, layers: 1, totalBytes };

function sending(doneBytes: number): UploadProgress {
  const inFlight = doneBytes > 0 ? ['a.bin', 'b.bin'] : [];
  return { stage: 'sending', doneBytes, totalBytes, layers: 1, presentLayers: 0, inFlight };
}

function terminal(isLive: boolean): { readonly lines: string[]; readonly terminal: Terminal } {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const live = isLive ? (line: string): void => say(`~${line}`) : undefined;
  return { lines, terminal: { out: say, err: say, live, paint } };
}

function paint(_: string, text: string): string {
  return text;
}

function at(state: string, ms: number): { readonly state: string; readonly at: string } {
  return { state, at: new Date(ms).toISOString() };
}

describe('Stages', () => {
  it('keeps one live line per stage and leaves its sum behind', () => {
    const { lines, terminal: live } = terminal(true);
    let now = 0;
    const stages = new Stages(live, () => now);

    stages.show(laidOut);
    stages.show(sending(0));
    now = 1000;
    stages.show(sending(1_000_000));
    now = 1010;
    stages.show(sending(1_100_000));
    now = 5000;
    stages.show(sending(5_000_000));
    stages.show({ stage: 'asking' });
    stages.show(buildIn('received'));
    now = 5500;
    stages.show(buildIn('publishing'));
    now = 6000;
    stages.show(buildIn('released'));

    expect(lines).toEqual([
      '2 files, 5.0 MB in 1 layer',
      '~send    ░░░░░░░░░░░░░░░░ 0 B of 5.0 MB',
      '~send    ███░░░░░░░░░░░░░ 1.0 MB of 5.0 MB, 1.0 MB/s, 4.0 s left a.bin b.bin',
      '~send    ████████████████ 5.0 MB of 5.0 MB, 1.0 MB/s a.bin b.bin',
      'send    5.0 MB of 5.0 MB in 5.0 s',
      '~infer   …',
      'infer   500 ms',
      '~release …',
      'release 500 ms',
    ]);
  });

  it('writes plain lines in a pipe: at the end of a stage, and now and then while it lasts', () => {
    const { lines, terminal: plain } = terminal(false);
    let now = 0;
    const stages = new Stages(plain, () => now);

    stages.show(sending(0));
    now = 9_000;
    stages.show(sending(1_000_000));
    now = 11_000;
    stages.show(sending(2_000_000));
    now = 12_000;
    stages.show(sending(5_000_000));
    stages.end();
    stages.end();

    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^send {4}2\.0 MB of 5\.0 MB/);
    expect(lines[1]).toBe('send    5.0 MB of 5.0 MB in 12 s');
  });

  it('tells stages that nobody saw from the times of the build', () => {
    const { lines, terminal: plain } = terminal(false);
    const stages = new Stages(plain, () => 0);
    const step = buildIn('released');
    const timeline = [
      at('received', 0),
      at('inferring', 10),
      at('queued', 1000),
      at('building', 1100),
      at('assigning', 3000),
      at('publishing', 3100),
      at('released', 6500),
    ];

    if (step.stage === 'building') stages.show({ ...step, build: { ...step.build, timeline } });

    expect(lines).toEqual(['infer   1.0 s', 'build   2.0 s', 'release 3.5 s']);
  });

  it('says before it sends how much is there already', () => {
    const { lines, terminal: plain } = terminal(false);
    const stages = new Stages(plain, () => 0);

    for (const doneBytes of [0, 1_000])
      stages.show({
        stage: 'sending',
        doneBytes,
        totalBytes,
        layers: 14,
        presentLayers: 12,
        inFlight: [],
      });

    expect(lines).toEqual(['12 of 14 layers already there']);
  });

  it('says of hashing only what took long', () => {
    const { lines, terminal: plain } = terminal(false);
    let now = 0;
    const stages = new Stages(plain, () => now);
    const hashing = { stage: 'hashing', doneBytes: 5, totalBytes: 5 } as const;

    stages.show(hashing);
    now = 900;
    stages.end();
    stages.show(hashing);
    now = 2500;
    stages.end();

    expect(lines).toEqual(['hash    5 B of 5 B in 1.6 s']);
  });
});
