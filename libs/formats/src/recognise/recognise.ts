import type { Warning } from '@floe/signature';

import type { ReaderContext } from '../frame/reader.ts';
import { knownFormats } from './known-format.ts';
import { type KnownMistake, knownMistakes } from './known-mistake.ts';

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
    const found = formatOf(bytes, file.path);
    if (found >= 0 && found < best) best = found;
    const mistake = mistakeIn(bytes);
    if (mistake) warnings.push({ code: mistake.code, message: mistake.explain(file.path) });
  }
  const { framework, artifact } = knownFormats[best] ?? unknown;
  return { framework, artifact, warnings };
}

/** Whether the first bytes of a file are known to be those of a format, or of no model at all. */
export function isRecognised(head: Uint8Array, path: string): boolean {
  return formatOf(head, path) >= 0 || mistakeIn(head) !== undefined;
}

/** Place among the known formats; -1 for none. */
function formatOf(head: Uint8Array, path: string): number {
  const lower = path.toLowerCase();
  return knownFormats.findIndex(({ matches }) => matches(head, lower));
}

function mistakeIn(head: Uint8Array): KnownMistake | undefined {
  const text = Buffer.from(head.subarray(0, 200)).toString('latin1');
  return knownMistakes.find(({ starts }) => starts.test(text));
}
