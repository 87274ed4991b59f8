import { expect, it } from 'vitest';

import { barText } from './bar.ts';

it.each([
  [0, 100, '░░░░░░░░░░░░░░░░'],
  [50, 100, '████████░░░░░░░░'],
  [99, 100, '███████████████░'],
  [100, 100, '████████████████'],
  [0, 0, '████████████████'],
  [120, 100, '████████████████'],
])('shows %i of %i', (done, total, shown) => {
  expect(barText(done, total)).toBe(shown);
});
