import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { tarOf } from '../tar-of.ts';

const directory = join(import.meta.dirname, '../../fixtures/hostile');

/** A file, or a folder of files, that was written to do harm; see `hostile.json`. */
export interface HostileFixture {
  readonly name: string;
  readonly expected: string;
  /** The file, or a tar of the folder. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isFolder: boolean;
}

interface Listed {
  readonly file: string;
  readonly expected: string;
}

const { files } = JSON.parse(await readFile(join(directory, 'hostile.json'), 'utf8')) as {
  readonly files: readonly Listed[];
};

/** A folder is listed by each of its files, and is sent once. */
export const hostileFixtures: readonly HostileFixture[] = await Promise.all(
  [...new Map(files.map(({ file, expected }) => [file.split('/')[0] ?? file, expected]))].map(
    async ([name, expected]) => {
      const isFolder = files.some(({ file }) => file.startsWith(`${name}/`));
      const bytes = isFolder ? await folderOf(name) : await fileOf(name);
      return { name, expected, bytes, isFolder };
    },
  ),
);

async function fileOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(join(directory, path)));
}

async function folderOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const entries = await readdir(join(directory, name), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, name).length + 1));
  const contents = await Promise.all(paths.map((path) => fileOf(join(name, path))));
  return tarOf(Object.fromEntries(paths.map((path, index) => [path, contents[index] ?? ''])));
}
