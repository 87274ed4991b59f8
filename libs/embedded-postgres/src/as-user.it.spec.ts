import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { asUser } from './as-user.ts';
import { locateBinaries } from './binaries.ts';
import { reaching, serverUser } from './server-user.ts';

const run = promisify(execFile);

describe('asUser', () => {
  // Whoever is not root stays who he is, and reaches what he installed.
  it.runIf(process.getuid?.() === 0)(
    'reaches programs that are installed below a closed folder, such as /root',
    async () => {
      await using closed = await aClosedFolder();
      const { postgres } = await locateBinaries();
      await cp(dirname(dirname(postgres)), closed.path, {
        recursive: true,
        verbatimSymlinks: true,
      });
      const installed = join(closed.path, 'bin', 'postgres');
      const user = await serverUser(join(closed.path, 'data'));
      if (user === undefined) throw new Error('root is to lend another user');

      const { command, identity } = asUser(
        [installed, '--version'],
        await reaching([installed], user),
      );
      const [program, ...flags] = command;

      const { stdout, stderr } = await run(program, flags, identity);
      expect(stdout).toMatch(/^postgres \(PostgreSQL\) 18/);
      expect(stderr).toBe('');
    },
  );
});

async function aClosedFolder() {
  const path = await mkdtemp(join(tmpdir(), 'floe-closed-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
