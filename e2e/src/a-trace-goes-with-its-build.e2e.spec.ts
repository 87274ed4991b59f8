import { randomUUID } from 'node:crypto';

import { decodeHeaders } from '@floe/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SERVICES } from './invariants/services.ts';
import { smallModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';

const ENDED = ['failed', 'released', 'cancelled'];

interface Told {
  readonly type: string;
  readonly traceparent: string;
}

describe('the trace of a build', () => {
  let platform: PlatformProcess;
  beforeAll(async () => void (platform = await PlatformProcess.start()), 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it('is that of the request, in every fact and every line of a log, whoever builds beside it', async () => {
    const traces = Array.from({ length: 12 }, () => randomUUID().replaceAll('-', ''));

    const ids = await Promise.all(traces.map((trace) => build(`00-${trace}-b7ad6b7169203331-01`)));

    for (const [nth, id] of ids.entries()) {
      const facts = await toldOf(id);
      expect(new Set(facts.map(({ traceparent }) => traceparent.split('-')[1]))).toEqual(
        new Set([traces[nth]]),
      );
      expect(new Set(facts.map(({ type }) => type)).size).toBeGreaterThanOrEqual(8);
      expect(new Set(facts.map(({ traceparent }) => traceparent)).size).toBe(facts.length);
      const lines = platform.log.filter((line) => line.includes(id));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ traceId: traces[nth] });
    }
  });

  it('is the id of the build where nobody asks for another', async () => {
    const id = await build();

    const facts = await toldOf(id);

    const traces = facts.map(({ traceparent }) => traceparent.split('-')[1]);
    expect(new Set(traces)).toEqual(new Set([id.replaceAll('-', '')]));
  });

  async function build(traceparent?: string): Promise<string> {
    const response = await fetch(`${platform.url}/api/v1/models/traced/model/builds?wait=60s`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-tar', ...(traceparent && { traceparent }) },
      body: await smallModel(randomUUID()),
    });
    const { id, state } = (await response.json()) as {
      readonly id: string;
      readonly state: string;
    };
    expect(ENDED).toContain(state);
    return id;
  }

  /** What the services have told of the build; the ids of its facts begin with its own. */
  async function toldOf(id: string): Promise<readonly Told[]> {
    const outboxes = SERVICES.map((service) =>
      platform.sql<{ readonly headers: Buffer }>(`SELECT headers FROM ${service}.outbox`),
    );
    const rows = (await Promise.all(outboxes)).flat();
    const facts = rows.map(({ headers }) => new Map(decodeHeaders(headers)));
    return facts
      .filter((fact) => textOf(fact, 'ce_id').startsWith(`${id}/`))
      .map((fact) => ({ type: textOf(fact, 'ce_type'), traceparent: textOf(fact, 'traceparent') }));
  }
});

function textOf(headers: ReadonlyMap<string, Uint8Array>, name: string): string {
  return Buffer.from(headers.get(name) ?? []).toString();
}
