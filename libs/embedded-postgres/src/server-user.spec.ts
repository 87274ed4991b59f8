import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { assertReachable } from './server-user.ts';

const SOMEBODY_ELSE = { uid: 54_321, gid: 54_321 };

describe('assertReachable', () => {
  it('names the parent folder that the user may not enter', async () => {
    await using parent = await aFolder(0o700);

    const reaching = assertReachable(join(parent.path, 'data'), SOMEBODY_ELSE);

    await expect(reaching).rejects.toMatchObject({
      name: 'FolderNotEnterable',
      folder: parent.path,
    });
  });

  it('asks no more than that a folder can be entered', async () => {
    await using parent = await aFolder(0o711);

    const reaching = assertReachable(join(parent.path, 'data'), SOMEBODY_ELSE);

    await expect(reaching).resolves.toBeUndefined();
  });
});

async function aFolder(mode: number) {
  const path = await mkdtemp(join(tmpdir(), 'floe-parent-'));
  await chmod(path, mode);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
