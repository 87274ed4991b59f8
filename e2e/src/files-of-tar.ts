import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { extract } from 'tar-stream';

/** What a file is: the digest of its bytes and its mode, `folder` for a directory. */
export type FilesOfTar = ReadonlyMap<string, string>;

/** The entries below `prefix`, by their paths behind it. */
export async function filesOfTar(tar: Uint8Array, prefix: string): Promise<FilesOfTar> {
  const files = new Map<string, string>();
  for await (const entry of Readable.from([tar]).pipe(extract())) {
    const { name, type, mode } = entry.header;
    const hash = createHash('sha256');
    for await (const chunk of entry) hash.update(chunk as Uint8Array);
    const path = name.replace(/\/$/, '');
    if (!path.startsWith(`${prefix}/`)) continue;
    // Docker Engine writes the kind of the file beside its permissions.
    const file = `${hash.digest('hex')} ${(mode & 0o777).toString(8)}`;
    files.set(path.slice(prefix.length + 1), type === 'directory' ? 'folder' : file);
  }
  return files;
}
