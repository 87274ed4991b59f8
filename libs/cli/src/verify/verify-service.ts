import type { FloeClient } from '@floe/client';

import { countText, durationText } from '../render/quantities.ts';
import { gaugesIn, type GaugeValue } from './gauges-in.ts';
import { lookAgain } from './look-again.ts';
import type { Report } from './report.ts';
import { stuckPartitions } from './stuck-partitions.ts';

interface ServiceOptions {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Whoever lives looks for leases of the dead several times within it. */
const LEASE_PATIENCE_MS = 60_000;

/** A process is ready, and what it has to tell does not wait: neither facts in an outbox nor on a topic,
 * nor jobs in a queue or under a lease that nobody holds. */
export async function verifyService(
  service: FloeClient,
  { patienceMs, signal }: ServiceOptions,
  report: Report,
): Promise<void> {
  let readiness = await service.readiness({ signal });
  const isReady = async (): Promise<boolean> => {
    readiness = await service.readiness({ signal });
    return readiness?.status === 'ready';
  };
  if (readiness !== undefined && readiness.status !== 'ready') await lookAgain(isReady, signal);
  const metrics = await service.metrics({ signal });
  if (metrics === undefined) {
    report.notes.push(
      `${service.url} tells nothing of its processes: name each with --service <address>`,
    );
  }
  if (readiness === undefined && metrics === undefined) return;
  report.counts.services += 1;
  if (readiness !== undefined && readiness.status !== 'ready') {
    const away = Object.entries(readiness.checks).filter(([, state]) => state !== 'ok');
    const parts = away.map(([part, state]) => `${part}: ${state}`).join(', ');
    report.add('services', service.url, `is ${readiness.status}${parts && ` (${parts})`}`);
  }
  const gauges = gaugesIn(metrics ?? '');
  for (const gauge of gauges) {
    const message = faultIn(gauge, patienceMs);
    if (message !== undefined) report.add('services', service.url, message);
    const note = noteOn(gauge);
    if (note !== undefined) report.notes.push(note);
  }
  const read = async (): Promise<readonly GaugeValue[]> =>
    gaugesIn((await service.metrics({ signal })) ?? '');
  for (const message of await stuckPartitions(gauges, read, signal))
    report.add('services', service.url, message);
}

/** Records that were given up are a loss only until an operator has looked at them. */
function noteOn({ name, labels, value }: GaugeValue): string | undefined {
  if (name !== 'floe_dead_letters' || value === 0) return undefined;
  return `${countText(value, 'record')} given up in ${labels.get('topic') ?? 'a topic'}`;
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
    case 'floe_job_lease_overdue_seconds':
      return ms > LEASE_PATIENCE_MS
        ? `a lease of ${service} is past its end for ${durationText(ms)}`
        : undefined;
    case 'floe_job_oldest_waiting_seconds':
      return ms > patienceMs ? `a job of ${service} waits for ${durationText(ms)}` : undefined;
    default:
      return undefined;
  }
}
