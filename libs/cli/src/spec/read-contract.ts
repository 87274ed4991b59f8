import { readFile } from 'node:fs/promises';

import type { Signature } from '@floe/client';
import { parseContract } from '@floe/signature';

/** A declared signature from a file. @throws UsageError */
export async function readContract(path: string): Promise<Signature> {
  return parseContract(JSON.parse(await readFile(path, 'utf8')));
}
