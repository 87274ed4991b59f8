import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../testing/index.ts';
import { walk } from '../walk/walk.ts';
import { FileDigestCache } from './digest-cache.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function aMinuteLater(): number {
  return Date.now() + 60_000;
}

describe('FileDigestCache', () => {
  it('knows files that did not change, in another process too', async () => {
    await using folder = await temporaryFolder({ 'model/a.bin': 'bytes' });
    const path = join(folder.path, 'cache/digests.json');
    const { items } = await walk(join(folder.path, 'model'));

    await new FileDigestCache(path, aMinuteLater).set(items, digest);

    expect(await new FileDigestCache(path, aMinuteLater).get(items)).toBe(digest);
    await writeFile(join(folder.path, 'model/a.bin'), 'other');
    const changed = (await walk(join(folder.path, 'model'))).items;
    expect(await new FileDigestCache(path, aMinuteLater).get(changed)).toBeUndefined();
  });

  it('keeps nothing of files that changed a moment ago: a second change could leave their times', async () => {
    await using folder = await temporaryFolder({ 'model/a.bin': 'bytes' });
    const cache = new FileDigestCache(join(folder.path, 'digests.json'));
    const { items } = await walk(join(folder.path, 'model'));

    await cache.set(items, digest);

    expect(await cache.get(items)).toBeUndefined();
  });

  it('begins anew when its file cannot be read', async () => {
    await using folder = await temporaryFolder({ 'model/a.bin': 'bytes', 'digests.json': '{"' });
    const cache = new FileDigestCache(join(folder.path, 'digests.json'), aMinuteLater);
    const { items } = await walk(join(folder.path, 'model'));

    expect(await cache.get(items)).toBeUndefined();
    await cache.set(items, digest);
    expect(await cache.get(items)).toBe(digest);
  });
});
