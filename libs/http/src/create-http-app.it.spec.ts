import { currentTrace } from '@floe/trace';
import { Body, Controller, Get, Module, Post, Query } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createHttpApp } from './create-http-app.ts';
import { waitMs } from './queries.ts';
import { ReadinessChecks } from './readiness.ts';

const PUBLIC_URL = 'http://floe.example:8080';

const thing = z.strictObject({ name: z.string() });

@Controller('things')
class ThingsController {
  @Post()
  create(@Body({ schema: thing }) { name }: z.output<typeof thing>): { readonly name: string } {
    return { name };
  }

  @Get()
  wait(@Query({ schema: z.strictObject({ wait: waitMs }) }) { wait }: { readonly wait: number }): {
    readonly wait: number;
  } {
    return { wait };
  }

  @Post('trace')
  trace(@Body({ schema: thing }) { name }: z.output<typeof thing>): unknown {
    return { name, trace: currentTrace()?.id ?? 'none' };
  }

  @Get('broken')
  broken(): never {
    throw new Error('secret path /etc/floe');
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

describe('the conventions of the public API', () => {
  it('answers a document that is no JSON with a problem', async () => {
    await using app = await start();

    const refused = await app.post('{bad');

    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ code: 'INVALID_REQUEST', status: 400 });
  });

  it('works in the trace that a request names, and in none that it names wrongly', async () => {
    await using app = await start();
    const traced = async (traceparent: string): Promise<unknown> =>
      (await app.post('{"name":"x"}', '/things/trace', { traceparent })).json();

    const id = '0af7651916cd43dd8448eb211c80319c';
    expect(await traced(`00-${id}-b7ad6b7169203331-01`)).toEqual({ name: 'x', trace: id });
    expect(await traced('nonsense')).toEqual({ name: 'x', trace: 'none' });
  });

  it('answers a document that is too large with a problem', async () => {
    await using app = await start();

    const refused = await app.post(JSON.stringify({ name: 'x'.repeat(5 * 1_024 * 1_024) }));

    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('answers an address that cannot be read with a problem', async () => {
    await using app = await start();

    const refused = await app.get('/%zz');

    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('names each field that it does not know', async () => {
    await using app = await start();

    const refused = await app.post(JSON.stringify({ name: 'a', nmae: 'b', 'a/b': 1 }));

    expect(await refused.json()).toMatchObject({
      code: 'UNKNOWN_FIELD',
      errors: [{ pointer: '/nmae' }, { pointer: '/a~1b' }],
    });
  });

  it('tells the operator, not the caller, what failed inside', async () => {
    await using app = await start();

    const failed = await app.get('/things/broken');

    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain('secret');
  });

  it('takes a wait of up to a minute', async () => {
    await using app = await start();

    expect(await (await app.get('/things?wait=60s')).json()).toEqual({ wait: 60_000 });
    expect(await (await app.get('/things')).json()).toEqual({ wait: 0 });
    expect((await app.get('/things?wait=61s')).status).toBe(400);
    expect((await app.get('/things?wait=1m')).status).toBe(400);
  });

  it('gives the id of a request back, and one of its own to a request without', async () => {
    await using app = await start();

    const named = await app.get('/things', { 'x-request-id': 'mine' });
    const unnamed = await app.get('/things');

    expect(named.headers.get('x-request-id')).toBe('mine');
    expect(unnamed.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('knows itself by loopback names and its public host alone', async () => {
    await using app = await start();

    expect((await app.asHost('localhost:1')).status).toBe(200);
    expect((await app.asHost('floe.example:8080')).status).toBe(200);
    expect((await app.asHost('rebound.example')).status).toBe(421);
  });

  it('is not ready while a part is away, and says which', async () => {
    const checks = new ReadinessChecks();
    checks.add({ name: 'store', check: () => Promise.resolve() });
    checks.add({ name: 'bus', check: () => Promise.reject(new Error('no broker')) });
    await using app = await start(checks);

    const ready = await app.get('/readyz');

    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'not-ready',
      checks: { store: 'ok', bus: 'no broker' },
    });
  });

  it('explains each code on a page', async () => {
    await using app = await start();

    expect(await (await app.get('/problems/layers-missing')).text()).toContain('LAYERS_MISSING');
    expect((await app.get('/problems/nothing')).status).toBe(404);
  });
});

async function start(checks = new ReadinessChecks()) {
  const app = await createHttpApp(
    [{ module: ThingsModule }],
    checks,
    { publicUrl: PUBLIC_URL, anyHost: false },
    false,
  );
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    get: (path: string, headers = {}) => fetch(url + path, { headers }),
    post: (body: string, path = '/things', headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
    /** `fetch` names the host itself. */
    asHost: async (host: string) => {
      const { statusCode: status } = await app.inject({ url: '/things', headers: { host } });
      return { status };
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
