import { join } from 'node:path';

import { FloeClient } from '@floe/client';
import { temporaryFolder } from '@floe/client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runFloe } from './run-floe.ts';
import { sendModel, wish } from './send-model.ts';
import { smallModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';
import { WatchingProxy } from './watching-proxy.ts';
import { root } from './workspace.ts';

describe('a build request', () => {
  let platform: PlatformProcess;
  beforeAll(async () => void (platform = await PlatformProcess.start()), 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it('whose answer was lost is the same build when it is sent again', async () => {
    await using proxy = await WatchingProxy.start(platform.url);
    const once = wish('lossy/archive', await smallModel('once'));
    proxy.losesAnswer = () => true;

    const lost = await sendModel(proxy.url, once).catch(() => undefined);
    const again = await sendModel(platform.url, once, '30s');
    const twins = await Promise.all([1, 2, 3].map(() => sendModel(platform.url, once, '30s')));

    expect(lost).toBeUndefined();
    expect(proxy.passed.map(({ status }) => status)).toEqual([202]);
    expect(again).toMatchObject({ state: 'released', version: 1 });
    expect(twins.map(({ id }) => id)).toEqual([again.id, again.id, again.id]);
    expect(await versionCount('archive')).toBe(1);
  });

  it('of the command line makes one version, however many answers are lost', async () => {
    await using proxy = await WatchingProxy.start(platform.url);
    await using home = await temporaryFolder();
    let losses = 2;
    proxy.losesAnswer = ({ path, status }) =>
      path.includes('/builds') && status < 300 && losses-- > 0;

    const example = join(root, 'examples/sensor-grade');
    const words = ['upload', example, '-m', 'lossy/typed', '--json'];
    const ran = await runFloe(words, { url: proxy.url, home: home.path });

    expect(losses).toBeLessThanOrEqual(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'released', version: 1 });
    expect(await versionCount('typed')).toBe(1);
  });

  it('that is twice at once under one key is one build', async () => {
    const once = wish('lossy/twins', await smallModel('twins'));

    const twins = await Promise.all(
      Array.from({ length: 8 }, () => sendModel(platform.url, once, '30s')),
    );

    expect(new Set(twins.map(({ id, version }) => `${id} ${version}`)).size).toBe(1);
    expect(await versionCount('twins')).toBe(1);
  });

  it('with the key of another request is refused', async () => {
    const layers = [await provenLayer()];
    const request = { layers };
    const model = { team: 'lossy', name: 'reused' };
    const client = new FloeClient({ url: platform.url });
    const idempotencyKey = 'the-same';

    await client.builds.create(model, request, { idempotencyKey });
    const other = client.builds.create(
      model,
      { ...request, metadata: { other: 'yes' } },
      { idempotencyKey },
    );

    await expect(other).rejects.toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is answered at once, or held until its build has ended', async () => {
    const [one, other] = [await smallModel('held'), await smallModel('not held')];

    const held = await raw('held', one, '?wait=30s');
    const atOnce = await raw('at-once', other, '');
    const { id } = atOnce.body;
    const got = await fetch(`${platform.url}/api/v1/builds/${id}?wait=30s`);
    const tooLong = await raw('held', one, '?wait=61s');

    expect(held).toMatchObject({ status: 200, body: { state: 'released', version: 1 } });
    expect(atOnce).toMatchObject({ status: 202, location: `/api/v1/builds/${id}` });
    expect(atOnce.body.state).toBe('received');
    expect(await got.json()).toMatchObject({ id, state: 'released', version: 1 });
    expect(tooLong.status).toBe(400);
  });

  async function raw(model: string, tar: Uint8Array<ArrayBuffer>, query: string) {
    const response = await fetch(`${platform.url}/api/v1/models/waiting/${model}/builds${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-tar' },
      body: tar,
    });
    const body = (await response.json()) as { readonly id: string; readonly state: string };
    return { status: response.status, location: response.headers.get('location'), body };
  }

  async function versionCount(name: string): Promise<number> {
    const { versionCount: count } = await platform.client.models.get({ team: 'lossy', name });
    return count;
  }

  /** The digest of a layer that the team lossy has proven. */
  async function provenLayer(): Promise<string> {
    await sendModel(platform.url, wish('lossy/source', await smallModel('source')), '30s');
    const { manifest } = await platform.client.images.manifest(
      { team: 'lossy', name: 'source' },
      1,
    );
    return manifest.layers.at(-1)?.digest ?? '';
  }
});
