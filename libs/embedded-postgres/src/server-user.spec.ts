import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { closedParent } from './server-user.ts';

const SOMEBODY_ELSE = { uid: 54_321, gid: 54_321 };

describe('closedParent', () => {
  it('names the parent folder that the user may not enter', async () => {
    await using parent = await aFolder(0o700);

    expect(await closedParent(join(parent.path, 'data'), SOMEBODY_ELSE)).toBe(parent.path);
  });

  it('asks no more than that a folder can be entered', async () => {
    await using parent = await aFolder(0o711);

    expect(await closedParent(join(parent.path, 'data'), SOMEBODY_ELSE)).toBeUndefined();
  });
});

async function aFolder(mode: number) {
  const path = await mkdtemp(join(tmpdir(), 'floe-parent-'));
  await chmod(path, mode);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
