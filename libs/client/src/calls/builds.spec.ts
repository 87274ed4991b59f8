import { describe, expect, it } from 'vitest';

import type { Build } from '../answers/build.ts';
import { FloeClient } from '../floe-client.ts';
import { FakePlatform } from '../testing/index.ts';

const model = { team: 'demo', name: 'iris' };

describe('a build that was accepted before the catalogue has read of it', () => {
  it('is waited for, and shown with what it waits for', async () => {
    await using platform = await FakePlatform.start();
    const { client, accepted } = await acceptedAt(platform, 2);

    const shown: Build[] = [];
    const build = await client.builds.wait(accepted, { onBuild: (seen) => void shown.push(seen) });

    expect(build).toMatchObject({ state: 'released', version: 1 });
    expect(shown.slice(0, 2)).toMatchObject([
      { id: accepted.id, delayed: expect.stringContaining('catalogue has not read of it') },
      { id: accepted.id, delayed: expect.stringContaining('catalogue has not read of it') },
    ]);
    expect(shown.at(-1)?.delayed).toBeUndefined();
  });

  it('is not waited for without end', async () => {
    await using platform = await FakePlatform.start();
    const { client, accepted } = await acceptedAt(platform, Infinity);

    const waiting = client.builds.wait(accepted, { untoldMs: 0 });

    await expect(waiting).rejects.toMatchObject({ name: 'BuildUntold', code: 'BUILD_UNTOLD' });
  });

  it('is waited for after its cancel was taken, too', async () => {
    await using platform = await FakePlatform.start();
    const { client, accepted } = await acceptedAt(platform, 1);

    const seen = await client.builds.cancel(accepted.id);

    expect(seen.id).toBe(accepted.id);
  });

  it('ends at once where only its id is known: it may be mistyped', async () => {
    await using platform = await FakePlatform.start();
    const { client, accepted } = await acceptedAt(platform, 1);

    const waiting = client.builds.wait(accepted.id);

    await expect(waiting).rejects.toMatchObject({ code: 'BUILD_NOT_FOUND' });
  });
});

async function acceptedAt(
  platform: FakePlatform,
  untoldLooks: number,
): Promise<{ readonly client: FloeClient; readonly accepted: Build }> {
  platform.builds.before = ['received'];
  platform.builds.untoldLooks = untoldLooks;
  const client = new FloeClient({ url: platform.url });
  return { client, accepted: await client.builds.create(model, { layers: [] }) };
}
