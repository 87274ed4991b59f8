import { randomUUID } from 'node:crypto';

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
    const told = SERVICES.map((service) =>
      platform.sql<Told>(
        `SELECT ${header('ce_type')} AS type, ${header('traceparent')} AS traceparent
           FROM ${service}.outbox WHERE ${header('ce_id')} LIKE $1`,
        [`${id}/%`],
      ),
    );
    return (await Promise.all(told)).flat();
  }
});

function header(name: string): string {
  return `convert_from(header_values[array_position(header_names, '${name}')], 'UTF8')`;
}
