import { buffer } from 'node:stream/consumers';

import { pack } from 'tar-stream';

/** A tar with these files (path → content). */
export async function tarOf(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name }, Buffer.from(content as string));
  }
  archive.finalize();
  return new Uint8Array(await buffer(archive));
}
