import type { FloeClient } from '@floe/client';

import { durationText } from '../render/quantities.ts';
import { gaugesIn, type GaugeValue } from './gauges-in.ts';
import type { Report } from './report.ts';

interface ServiceOptions {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** A process is ready, and what it has to tell does not wait: neither facts in an outbox nor jobs in a queue. */
export async function verifyService(
  service: FloeClient,
  { patienceMs, signal }: ServiceOptions,
  report: Report,
): Promise<void> {
  const readiness = await service.readiness({ signal });
  const metrics = await service.metrics({ signal });
  if (readiness === undefined && metrics === undefined) {
    report.notes.push(
      `${service.url} tells nothing of its processes: name each with --service <address>`,
    );
    return;
  }
  report.counts.services += 1;
  if (readiness !== undefined && readiness.status !== 'ready') {
    const away = Object.entries(readiness.checks).filter(([, state]) => state !== 'ok');
    const parts = away.map(([part, state]) => `${part}: ${state}`).join(', ');
    report.add('services', service.url, `is ${readiness.status}${parts && ` (${parts})`}`);
  }
  for (const gauge of gaugesIn(metrics ?? '')) {
    const message = faultIn(gauge, patienceMs);
    if (message !== undefined) report.add('services', service.url, message);
  }
}

function faultIn({ name, labels, value }: GaugeValue, patienceMs: number): string | undefined {
  const ms = value * 1_000;
  const service = labels.get('service') ?? '';
  switch (name) {
    case 'floe_source_up':
      return value === 1 ? undefined : `cannot measure ${labels.get('source') ?? 'a part'}`;
    case 'floe_outbox_oldest_seconds':
      return ms > patienceMs
        ? `the outbox of ${service} holds a fact for ${durationText(ms)}`
        : undefined;
    case 'floe_job_oldest_waiting_seconds':
      return ms > patienceMs ? `a job of ${service} waits for ${durationText(ms)}` : undefined;
    default:
      return undefined;
  }
}
