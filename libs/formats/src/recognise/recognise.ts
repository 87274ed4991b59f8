import type { Warning } from '@floe/signature';

import type { ReaderContext } from '../frame/reader.ts';
import { knownFormats } from './known-format.ts';
import { knownMistakes } from './known-mistake.ts';

/** What the files are, as far as first bytes and names tell. */
export interface Recognised {
  readonly framework: string;
  readonly artifact: string;
  readonly warnings: readonly Warning[];
}

const unknown = { framework: 'unknown', artifact: 'unknown' };

/** Names the format of files that no reader understands. */
export async function recognise(context: ReaderContext): Promise<Recognised> {
  const warnings: Warning[] = [];
  let best = knownFormats.length;
  for (const file of context.candidates) {
    const bytes = await context.head(file);
    const path = file.path.toLowerCase();
    const found = knownFormats.findIndex(({ matches }) => matches(bytes, path));
    if (found >= 0 && found < best) best = found;
    const text = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
    for (const { code, starts, explain } of knownMistakes)
      if (starts.test(text)) warnings.push({ code, message: explain(file.path) });
  }
  const { framework, artifact } = knownFormats[best] ?? unknown;
  return { framework, artifact, warnings };
}
