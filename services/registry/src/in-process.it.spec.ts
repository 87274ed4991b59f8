import { contentOf, DistributionClient, OCI_LAYER, randomImage } from '@floe/oci';
import { startPostgres } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { InProcessRegistry } from './http/in-process.ts';
import { never, startRegistry, TOKEN } from './test-registry.ts';

describe('the registry for who shares its process', () => {
  let registry: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => void (registry = await start()));
  afterAll(() => registry[Symbol.asyncDispose]());

  it('answers as it does over the network, byte for byte', async () => {
    for (const client of [registry.inProcess('in/process'), registry.network('over/http')]) {
      const { contents, config, manifest } = randomImage();
      const [streamed, ...pushed] = contents;
      if (streamed === undefined) throw new Error('an image without layers');

      await client.streamBlob(streamed, async () => inTwo(streamed.bytes), never);
      for (const content of [...pushed, config]) await client.pushBlob(content, never);
      await client.putManifest(manifest, never, 'tag');

      const early = client.putManifest(randomImage().manifest, never);
      await expect(early).rejects.toMatchObject({ status: 404, code: 'MANIFEST_BLOB_UNKNOWN' });
      expect((await client.getManifest('tag', never))?.bytes).toEqual(Buffer.from(manifest.bytes));
      expect(await client.headBlob(streamed.digest, never)).toMatchObject({
        sizeBytes: streamed.sizeBytes,
      });
      const range = { start: 1, end: 4 };
      const part = await client.getBlobRange(streamed.digest, range, never);
      expect(Buffer.concat(await part.toArray())).toEqual(
        Buffer.from(streamed.bytes.subarray(1, 4)),
      );
    }
  });

  it('tells who asks with the wrong token, and lets nobody else link what no repository shows', async () => {
    const hidden = contentOf(OCI_LAYER, Buffer.from('proven by an upload'));
    await registry.keep(hidden.bytes, hidden.digest);

    const mounted = await registry.inProcess('in/mount').mountBlob(hidden.digest, never);
    const stranger = registry.inProcess('in/mount', '');
    const guesser = registry.inProcess('in/mount', 'Bearer a-guess');

    expect(mounted).toBe(true);
    expect(await stranger.mountBlob(hidden.digest, never)).toBe(false);
    await expect(guesser.ping(never)).rejects.toMatchObject({ status: 401 });
  });

  it('ends with who asks', async () => {
    const gone = AbortSignal.abort(new Error('gone'));

    await expect(registry.inProcess('in/gone').ping(gone)).rejects.toThrow('gone');
  });
});

async function* inTwo(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 1);
  yield bytes.subarray(1);
}

async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await startRegistry(postgres.url));
  const started = opened.move();
  return {
    network: (repository: string) => registry.client(repository, 'platform'),
    inProcess: (repository: string, authorization = `Bearer ${TOKEN}`) =>
      new DistributionClient({
        url: 'http://nowhere.test',
        repository,
        attempts: 1,
        transport: (outgoing, signal) => registry.get(InProcessRegistry).send(outgoing, signal),
        ...(authorization !== '' && { authorization }),
      }),
    keep: async (bytes: Uint8Array, digest: string) =>
      registry.store.publish(await registry.store.receive(inTwo(bytes), never), digest),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
