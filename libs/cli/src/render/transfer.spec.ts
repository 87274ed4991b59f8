import { expect, it } from 'vitest';

import { Transfer } from './transfer.ts';

it('draws a live line at most ten times a second, with rate and time left', () => {
  const { lines, terminal } = recorded(true);
  let now = 0;
  const transfer = new Transfer('pull', terminal, () => now);

  for (now = 0; now <= 1_000; now += 50) transfer.show(now * 1_000, 4_000_000);

  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('pull    ████░░░░░░░░░░░░ 1.0 MB of 4.0 MB, 1.0 MB/s, 3.0 s left');
});

it('writes a plain line every ten seconds where nobody watches', () => {
  const { lines, terminal } = recorded(false);
  let now = 0;
  const transfer = new Transfer('pull', terminal, () => now);

  for (now = 0; now <= 25_000; now += 500) transfer.show(now, 100_000);

  expect(lines).toHaveLength(2);
});

const paint = (_: string, text: string): string => text;

function recorded(isLive: boolean) {
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  return { lines, terminal: { out: line, err: line, live: isLive ? line : undefined, paint } };
}
