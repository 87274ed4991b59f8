import { randomUUID } from 'node:crypto';

import { AliasMoved, ImagePublished, VersionAssigned } from '@floe/contracts';
import { eachRecord, type FactType, toRecord } from '@floe/messaging';
import { type RandomImage, randomImage } from '@floe/oci';
import { Transactions } from '@floe/outbox';
import { eventually, startPostgres } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PublishVersion } from './application/publish-version.ts';
import { never, push, startRegistry } from './test-registry.ts';

const at = '2026-01-01T00:00:00.000Z';

describe('versions in the registry', () => {
  let registry: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => void (registry = await start()));
  afterAll(() => registry[Symbol.asyncDispose]());

  it('publishes an assigned version under its number and tells it', async () => {
    const image = await registry.built('t/told');
    const assigned = version('t/told', 1, image);

    await registry.tell(VersionAssigned, assigned);

    const published = await registry.published(assigned.buildId, 1);
    const { team, model, buildId, imageDigest } = assigned;
    expect(published).toMatchObject([
      { team, model, buildId, imageDigest, version: 1, repository: 't/told' },
    ]);
    expect(await registry.resolve('t/told', '1')).toBe(imageDigest);
    expect(await registry.resolve('t/told', 'latest')).toBe(imageDigest);
  });

  it('answers again when the version is told again', async () => {
    const assigned = version('t/again', 1, await registry.built('t/again'));

    await registry.tell(VersionAssigned, assigned);
    await registry.tell(VersionAssigned, assigned);

    const [first, second] = await registry.published(assigned.buildId, 2);
    expect(second).toMatchObject({ ...first, at: expect.any(String) });
  });

  it('lets latest name the highest version, in whatever order they come', async () => {
    const images = [await registry.built('t/latest'), await registry.built('t/latest')] as const;

    for (const number of [2, 1]) {
      const assigned = version('t/latest', number, images[number === 2 ? 1 : 0]);
      await registry.tell(VersionAssigned, assigned);
      await registry.published(assigned.buildId, 1);
    }

    expect(await registry.resolve('t/latest', 'latest')).toBe(images[1].manifest.digest);
  });

  it('publishes several versions of several models in one transaction', async () => {
    const image = randomImage();
    const images = [await registry.built('t/batch'), await registry.built('t/batch')] as const;
    const other = await registry.built('t/batch-2');
    const versions = [
      version('t/batch', 2, images[1]),
      version('t/batch-2', 1, other),
      version('t/batch', 1, images[0]),
      version('t/batch', 3, image),
      version('t/batch-2', 1, other),
    ];

    const unpublished = await registry.publishAll(versions);

    expect(unpublished).toMatchObject([
      { assigned: versions[3], reason: { name: 'ImageNotThere' } },
    ]);
    expect(await registry.resolve('t/batch', '1')).toBe(images[0].manifest.digest);
    expect(await registry.resolve('t/batch', '2')).toBe(images[1].manifest.digest);
    expect(await registry.resolve('t/batch', 'latest')).toBe(images[1].manifest.digest);
    expect(await registry.resolve('t/batch', '3')).toBeUndefined();
    expect(await registry.resolve('t/batch-2', '1')).toBe(other.manifest.digest);
  });

  it('waits for an image that is not there yet, while other versions go on', async () => {
    const late = randomImage();
    const assigned = version('t/late', 1, late);
    const other = version('t/late', 2, await registry.built('t/late'));

    await registry.tell(VersionAssigned, assigned);
    await registry.tell(VersionAssigned, other);
    await registry.published(other.buildId, 1);
    expect(await registry.resolve('t/late', '1')).toBeUndefined();
    await push(registry.client('t/late', 'platform'), late);

    await registry.published(assigned.buildId, 1);
    expect(await registry.resolve('t/late', '1')).toBe(late.manifest.digest);
  });

  it('lets nobody write, move or delete what the platform keeps', async () => {
    const [image, other] = [await registry.built('t/kept'), await registry.built('t/kept')];
    const assigned = version('t/kept', 1, image);
    await registry.tell(VersionAssigned, assigned);
    await registry.published(assigned.buildId, 1);

    for (const as of [undefined, 'platform'] as const) {
      const client = registry.client('t/kept', as);
      for (const tag of ['1', '2', '99999999999999999999', 'latest']) {
        const moved = client.putManifest(other.manifest, never, tag);
        await expect(moved).rejects.toMatchObject({ status: 403, code: 'DENIED' });
      }
      for (const tag of ['1', 'latest']) await client.putManifest(image.manifest, never, tag);
    }
    for (const reference of ['1', 'latest', '7', image.manifest.digest]) {
      expect(await registry.remove('t/kept', reference)).toBe(405);
    }
    expect(await registry.resolve('t/kept', '1')).toBe(image.manifest.digest);
  });

  it('leaves numbers free where no model is, and other tags everywhere', async () => {
    const image = randomImage();
    for (const [repository, tag] of [
      ['runtimes/python', '3'],
      ['library/python', 'latest'],
      ['a/b/c', '3'],
      ['alone', 'latest'],
      ['t/free', '0'],
      ['t/free', '01'],
      ['t/free', '1.0'],
      ['t/free', 'word'],
    ] as const) {
      await push(registry.client(repository), image, tag);
      expect(await registry.resolve(repository, tag)).toBe(image.manifest.digest);
      expect(await registry.remove(repository, tag)).toBe(202);
    }
  });

  it('lets one of many digests win the tag of a version, in the database itself', async () => {
    const images = await Promise.all(Array.from({ length: 10 }, () => registry.built('t/race')));

    const outcomes = await Promise.allSettled(
      images.map((image) => registry.publish(version('t/race', 1, image))),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const standing = await registry.resolve('t/race', '1');
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect(standing).toBe(images[winner]?.manifest.digest);
    const loser = images[winner === 0 ? 1 : 0]?.manifest.digest;
    for (const statement of [
      `UPDATE tag SET digest = $1 WHERE repository = 't/race' AND name = '1'`,
      `UPDATE tag SET version = NULL WHERE repository = 't/race' AND name = '1' AND $1 <> ''`,
      `DELETE FROM tag WHERE repository = 't/race' AND name = '1' AND $1 <> ''`,
    ]) {
      await expect(registry.sql(statement, [loser])).rejects.toThrow('is written once');
    }
  });

  it('lets an alias follow its facts, whatever order they come in, and nobody else', async () => {
    const [one, two] = [await registry.built('t/alias'), await registry.built('t/alias')];
    await registry.client('t/alias').putManifest(one.manifest, never, 'production');
    const move = (sequence: number, image?: RandomImage) =>
      registry.tell(AliasMoved, { ...aliasOf('t/alias', sequence), ...named(image) });

    await move(2, two);
    await move(1, one);
    await registry.moved('t/alias', 'production', two.manifest.digest);
    const stolen = registry.client('t/alias').putManifest(one.manifest, never, 'production');
    await expect(stolen).rejects.toMatchObject({ code: 'DENIED' });
    expect(await registry.remove('t/alias', 'production')).toBe(405);

    await move(3);
    await registry.moved('t/alias', 'production', undefined);
    await registry.client('t/alias').putManifest(one.manifest, never, 'production');
    expect(await registry.resolve('t/alias', 'production')).toBe(one.manifest.digest);
  });
});

function identity(repository: string) {
  const [team = '', model = ''] = repository.split('/');
  return { team, model, buildId: randomUUID(), at };
}

function version(repository: string, number: number, { manifest }: RandomImage): VersionAssigned {
  return { ...identity(repository), version: number, imageDigest: manifest.digest };
}

function aliasOf(repository: string, sequence: number) {
  return { ...identity(repository), alias: 'production', sequence };
}

function named(image: RandomImage | undefined) {
  return image === undefined ? {} : { version: 1, imageDigest: image.manifest.digest };
}

async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await startRegistry(postgres.url));
  const told: ImagePublished[] = [];
  opened.use(
    registry.bus.subscribe(
      'test',
      [ImagePublished.topic],
      eachRecord(async ({ value }) => void told.push(ImagePublished.decode(value ?? Buffer.of()))),
    ),
  );
  const started = opened.move();
  const resolve = async (repository: string, tag: string) =>
    (await registry.client(repository).headManifest(tag, never))?.digest;

  return {
    client: registry.client,
    sql: (query: string, parameters: unknown[]) => registry.sql(query, parameters),
    resolve,
    /** As the builder leaves it: pushed by digest, without a tag. */
    built: async (repository: string) => {
      const image = randomImage();
      await push(registry.client(repository, 'platform'), image);
      return image;
    },
    tell: <Fact>(type: FactType<Fact>, fact: Fact) =>
      registry.bus.publish([toRecord(type, fact, { source: '/test', time: new Date(0) })], never),
    publish: (assigned: VersionAssigned) =>
      registry
        .get(Transactions)
        .run((tx) => registry.get(PublishVersion).execute(assigned, new Date(0), tx), never),
    publishAll: (versions: readonly VersionAssigned[]) =>
      registry
        .get(Transactions)
        .run((tx) => registry.get(PublishVersion).executeAll(versions, new Date(0), tx), never),
    published: (buildId: string, count: number) =>
      eventually(async () => {
        const mine = told.filter((fact) => fact.buildId === buildId);
        expect(mine).toHaveLength(count);
        return mine;
      }),
    moved: (repository: string, tag: string, digest: string | undefined) =>
      eventually(async () => (await resolve(repository, tag)) === digest),
    remove: async (repository: string, reference: string) =>
      (await fetch(`${registry.url}/v2/${repository}/manifests/${reference}`, { method: 'DELETE' }))
        .status,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
