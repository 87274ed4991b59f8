import { setTimeout as sleep } from 'node:timers/promises';

import {
  BuildCancelled,
  BuildCancelRequested,
  BuildFailed,
  BuildLogged,
  BuildStarted,
  BuildSucceeded,
  SignatureInferred,
} from '@floe/contracts';
import { randomImage } from '@floe/oci';
import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { inferred, TestBuilder } from './test-builder.ts';
import { type Faults, TestRegistry } from './test-registry.ts';

const layer = Buffer.from('the bytes of a layer');
const ENDS = new Set([BuildSucceeded.name, BuildFailed.name, BuildCancelled.name]);

describe('the builder', () => {
  it('links the stored layers into an image that is pushed by digest and read back', async () => {
    await using rig = await start();
    const { builder, registry } = rig;
    const stored = await builder.stored(layer);
    registry.linkable.set(stored.digest, layer);
    const build = inferred([stored]);

    await builder.tell(SignatureInferred, build);

    const built = await eventually(() => builder.factOf(BuildSucceeded, build.buildId));
    const manifest = JSON.parse(String(registry.manifests.get(built.imageDigest)?.bytes));
    const contents = [manifest.config, ...manifest.layers];
    expect(manifest.layers.at(-1)).toMatchObject({ digest: stored.digest, size: layer.length });
    expect(contents.every(({ digest }) => registry.blobs.has(digest))).toBe(true);
    expect(registry.requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
    expect(built).toMatchObject({ upload: build.upload, inference: build.inference });
    expect(registry.requests.every((request) => !request.includes('/manifests/latest'))).toBe(true);
  });

  it('tells the steps of a build in their order, and its log', async () => {
    await using rig = await start();
    const { builder } = rig;
    const build = inferred([await builder.stored(layer)]);

    await builder.tell(SignatureInferred, build);

    await eventually(() => builder.factOf(BuildSucceeded, build.buildId));
    const log = await eventually(() => builder.factOf(BuildLogged, build.buildId));
    expect(builder.namesOf(build.buildId).filter((name) => name !== BuildLogged.name)).toEqual([
      'floe.builds.v1.BuildQueued',
      'floe.builds.v1.BuildStarted',
      'floe.builds.v1.BuildSucceeded',
    ]);
    expect(log.lines.map(({ n }) => n)).toEqual(log.lines.map((_, index) => index + 1));
    expect(log.lines[0]?.text).toBe('assembling demo/iris from 2 layers');
  });

  it('gives the same image for the same input', async () => {
    await using rig = await start();
    const { builder } = rig;
    const layers = [await builder.stored(layer)];
    const builds = [inferred(layers), inferred(layers)];

    await builder.tell(SignatureInferred, ...builds);

    const digests = await Promise.all(
      builds.map(async ({ buildId }) => {
        const built = await eventually(() => builder.factOf(BuildSucceeded, buildId));
        return built.imageDigest;
      }),
    );
    expect(digests[0]).toBe(digests[1]);
  });

  it('sends layers once to a registry that cannot link them', async () => {
    await using rig = await start();
    const { builder, registry } = rig;
    const stored = await builder.stored(layer);

    await builder.tell(SignatureInferred, inferred([stored]));

    await eventually(() => builder.told.some(({ name }) => name === BuildSucceeded.name));
    expect(registry.blobs.get(stored.digest)).toEqual(layer);
    expect(registry.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
  });

  it.each<[string, string, Parameters<typeof inferred>[1], Faults]>([
    ['REGISTRY_REFUSED', 'a registry that says no', {}, put(403)],
    ['IMAGE_NOT_VERIFIED', 'a registry that says 201 and keeps nothing', {}, put(201)],
    ['RUNTIME_NOT_FOUND', 'a runtime that is not there', { runtime: 'floe/python:3.11' }, {}],
    ['INSTALL_FAILED', 'an install command', { installCommand: 'pip install x' }, {}],
  ])('fails with %s for %s', async (code, _, spec, faults) => {
    await using rig = await start(faults);
    const { builder } = rig;
    const build = inferred([await builder.stored(layer)], spec);

    await builder.tell(SignatureInferred, build);

    const failed = await eventually(() => builder.factOf(BuildFailed, build.buildId), {
      deadlineMs: 20_000,
    });
    const log = await eventually(() => builder.factOf(BuildLogged, build.buildId));
    expect(failed.code).toBe(code);
    expect(log.lines.at(-1)?.text).toBe(failed.message);
    expect(builder.factOf(BuildSucceeded, build.buildId)).toBeUndefined();
  });

  it('puts the model on a runtime that the registry has', async () => {
    await using rig = await start();
    const { builder, registry } = rig;
    const stored = await builder.stored(layer);
    const runtime = randomImage();
    registry.hold('3.11', runtime);
    const build = inferred([stored], { runtime: 'runtimes/python:3.11' });

    await builder.tell(SignatureInferred, build);

    const built = await eventually(() => builder.factOf(BuildSucceeded, build.buildId));
    const manifest = JSON.parse(String(registry.manifests.get(built.imageDigest)?.bytes));
    const digests = manifest.layers.map(({ digest }: { digest: string }) => digest);
    expect(digests.slice(0, runtime.layers.length)).toEqual(
      runtime.layers.map(({ digest }) => digest),
    );
    expect(digests.at(-1)).toBe(stored.digest);
    expect(registry.requests).toContain('GET /v2/runtimes/python/manifests/3.11');
  });

  it('fails with TOO_MANY_LAYERS before it pushes anything', async () => {
    await using rig = await start();
    const { builder, registry } = rig;
    const layers = Array.from({ length: 125 }, (_, n) => ({
      digest: `sha256:${String(n).padStart(64, '0')}`,
      sizeBytes: 1,
    }));
    const build = inferred(layers);

    await builder.tell(SignatureInferred, build);

    const failed = await eventually(() => builder.factOf(BuildFailed, build.buildId));
    expect(failed.code).toBe('TOO_MANY_LAYERS');
    expect(registry.requests).toEqual([]);
  });

  it('comes through a registry that is away for a while', async () => {
    let refusals = 0;
    await using rig = await start({
      answer: ({ url }) => (url?.includes('/manifests/') && (refusals += 1) <= 2 ? 503 : undefined),
    });
    const { builder } = rig;
    const build = inferred([await builder.stored(layer)]);

    await builder.tell(SignatureInferred, build);

    await eventually(() => builder.factOf(BuildSucceeded, build.buildId), { deadlineMs: 30_000 });
    expect(builder.factOf(BuildFailed, build.buildId)).toBeUndefined();
    expect(
      builder.namesOf(build.buildId).filter((name) => name === BuildStarted.name),
    ).toHaveLength(2);
  });

  it('answers again when it is asked again', async () => {
    await using rig = await start();
    const { builder } = rig;
    const build = inferred([await builder.stored(layer)]);
    await builder.tell(SignatureInferred, build);
    await eventually(() => builder.factOf(BuildSucceeded, build.buildId));

    await builder.tell(SignatureInferred, build);

    const answers = await eventually(() => {
      const told = builder.told.filter(({ name }) => name === BuildSucceeded.name);
      return told.length === 2 && told;
    });
    expect(answers[1]).toEqual(answers[0]);
  });

  it('ends a build once, as built or as cancelled, whenever its cancel comes', async () => {
    await using rig = await start();
    const { builder } = rig;
    const layers = [await builder.stored(layer)];
    const builds = Array.from({ length: 50 }, () => inferred(layers));

    await Promise.all(
      builds.map(async (build, n) => {
        const { team, model, buildId, at } = build;
        if (n === 0) await builder.tell(BuildCancelRequested, { team, model, buildId, at });
        await builder.tell(SignatureInferred, build);
        await sleep(Math.random() * 300);
        await builder.tell(BuildCancelRequested, { team, model, buildId, at });
      }),
    );

    const ends = await eventually(() => {
      const told = builder.told.filter(({ name }) => ENDS.has(name));
      return told.length >= builds.length && told;
    });
    expect(ends.map(({ buildId }) => buildId).toSorted()).toEqual(
      builds.map(({ buildId }) => buildId).toSorted(),
    );
    expect(new Set(ends.map(({ name }) => name))).toEqual(
      new Set([BuildSucceeded.name, BuildCancelled.name]),
    );
  });
});

/** Answers each manifest with a status, and keeps none. */
function put(status: number): Faults {
  return {
    answer: ({ method, url }) =>
      method === 'PUT' && url?.includes('/manifests/') ? status : undefined,
  };
}

async function start(faults: Faults = {}) {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await TestRegistry.start(faults));
  const builder = opened.use(await TestBuilder.start(postgres.url, registry.url));
  const started = opened.move();
  return { builder, registry, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
