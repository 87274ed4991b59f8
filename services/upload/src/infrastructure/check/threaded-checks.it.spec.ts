import { encodeIndex, layOut } from '@floe/layers';
import { afterAll, describe, expect, it } from 'vitest';

import { checkedFiles, type IndexedLayer, MOST_ITEMS } from '../../domain/checked-files.ts';
import { ThreadedChecks } from './threaded-checks.ts';

const checks = new ThreadedChecks();
afterAll(() => checks.onApplicationShutdown());

describe('a large model', () => {
  it('is checked in a thread as it is here, several at once', async () => {
    const layers = layersOf(20_000);

    const found = await Promise.all([checks.execute(layers), checks.execute(layersOf(3))]);

    expect(found[0]).toEqual(checkedFiles(layers));
    expect(found[0]).toMatchObject({
      fileCount: 20_000,
      warnings: [{ code: 'PATHS_DIFFER_BY_CASE' }],
    });
    expect(found[1]).toMatchObject({ fileCount: 3 });
  });

  it('is refused with its fault, and the next one is checked', async () => {
    const [layer] = layersOf(10);
    const twice = layer ? [layer, layer] : [];

    await expect(checks.execute(twice)).rejects.toMatchObject({
      code: 'PATH_TWICE',
      hint: expect.stringContaining('again'),
    });
    expect(await checks.execute(layersOf(3))).toMatchObject({ fileCount: 3 });
  });

  it('has at most so many files over all layers', async () => {
    const half = Array.from({ length: MOST_ITEMS / 2 + 1 }, (_, index) => `${index}`);
    const layer = { sizeBytes: 0, index: encodeIndex({ files: [], emptyDirectories: half }) };

    await expect(checks.execute([layer, layer])).rejects.toMatchObject({ code: 'TOO_MANY_FILES' });
  });

  it('leaves the event loop to others', async () => {
    const layers = layersOf(50_000);
    const before = process.threadCpuUsage();

    await checks.execute(layers);

    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(50);
  });
});

/** As they are proven; the last file differs from the first by case. */
function layersOf(files: number): readonly IndexedLayer[] {
  const items = Array.from({ length: files }, (_, index) => ({
    path: index === files - 1 ? 'D/F0' : `d/f${index}`,
    sizeBytes: 10,
  }));
  return layOut(items).map((plan) => {
    const indexed = plan.items.map(({ path, sizeBytes }, index) => ({
      path,
      offset: index * 1_024,
      sizeBytes,
      executable: false,
    }));
    return {
      sizeBytes: plan.sizeBytes,
      index: encodeIndex({ files: indexed, emptyDirectories: [] }),
    };
  });
}
