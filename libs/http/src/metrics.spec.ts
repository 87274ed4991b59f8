import { expect, it } from 'vitest';

import { Metrics } from './metrics.ts';

it('shows what its sources measure now, beside the process', async () => {
  const metrics = new Metrics();
  const labels = { service: 'upload' };
  const read = [[{ gauge: 'floe_outbox_unsent', labels, value: 7 }] as const, []];
  metrics.add({ name: 'outbox', read: async () => read.shift() ?? [] });

  const [first, second] = [await metrics.text(), await metrics.text()];

  expect(first).toContain('floe_outbox_unsent{service="upload"} 7\n');
  expect(first).toContain('process_cpu_seconds_total');
  expect(second).not.toContain('floe_outbox_unsent{');
});

it('shows the others, and which one is away', async () => {
  const metrics = new Metrics();
  metrics.add({ name: 'gone', read: () => Promise.reject(new Error('no database')) });
  metrics.add({ name: 'here', read: async () => [{ gauge: 'floe_versions', value: 3 }] });

  const text = await metrics.text();

  expect(text).toContain('floe_source_up{source="gone"} 0\n');
  expect(text).toContain('floe_source_up{source="here"} 1\n');
  expect(text).toContain('floe_versions 3\n');
});
