import type { Build, UploadProgress } from '@floe/client';
import { describe, expect, it } from 'vitest';

import type { Terminal } from '../terminal/terminal.ts';
import { Stages } from './stages.ts';

function buildIn(state: Build['state']): UploadProgress {
  const build = { id: 'b', team: 't', model: 'm', state, warnings: [], timeline: [] };
  return { stage: 'building', build };
}

const laidOut: UploadProgress = { stage: 'laid-out', files: 2, layers: 1, totalBytes: 5_000_000 };

function sending(doneBytes: number): UploadProgress {
  return { stage: 'sending', doneBytes, totalBytes: 5_000_000, layers: 1, presentLayers: 0 };
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
    stages.show(buildIn('received'));
    now = 5500;
    stages.show(buildIn('publishing'));
    now = 6000;
    stages.show(buildIn('released'));

    expect(lines).toEqual([
      '2 files, 5.0 MB in 1 layer',
      '~send    0 B of 5.0 MB',
      '~send    1.0 MB of 5.0 MB, 1.0 MB/s, 4.0 s left',
      '~send    5.0 MB of 5.0 MB, 1.0 MB/s',
      'send    5.0 MB of 5.0 MB, 1.0 MB/s, 5.0 s',
      '~infer   …',
      'infer   0.5 s',
      '~release …',
      'release 0.5 s',
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
    expect(lines[1]).toMatch(/^send {4}5\.0 MB of 5\.0 MB, .*, 12 s$/);
  });

  it('says nothing of sending when nothing is to be sent', () => {
    const { lines, terminal: plain } = terminal(false);
    const stages = new Stages(plain, () => 0);

    stages.show({ stage: 'sending', doneBytes: 0, totalBytes: 0, layers: 1, presentLayers: 1 });
    stages.end();

    expect(lines).toEqual([]);
  });
});
