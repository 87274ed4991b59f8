import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../workspace.ts';

/**
 * Every fail point of the source, with the time of coming by at which the harness lets the process die: later than
 * the first where builds of every stage should be under way by then.
 */
export const FAIL_POINTS: Readonly<Record<string, number>> = {
  'store.received': 3,
  'store.indexed': 3,
  'store.published': 3,
  'upload.build-committed': 3,
  'relay.sent': 6,
  'work.claimed': 3,
  'inference.effect': 2,
  'work.finished': 3,
  'builder.manifest-put': 2,
  'registry.manifest-put': 2,
  'catalogue.version-committed': 2,
  'registry.tag-row': 2,
};

/** The names that stand in the code of libs and services. */
export function failPointsOfTheSource(): Promise<ReadonlySet<string>> {
  return namesIn((file) => !file.endsWith('.spec.ts'), /\bfailPoint\(\s*['"`]([^'"`]+)['"`]/g);
}

/** Names on which specs of single parts let a process die: of parts that the embedded platform does not use. */
export function failPointsOfSpecs(): Promise<ReadonlySet<string>> {
  return namesIn(
    (file, text) => file.endsWith('.spec.ts') && text.includes('FLOE_FAIL_POINT'),
    /'([a-z0-9-]+\.[a-z0-9-]+)'/g,
  );
}

async function namesIn(
  counts: (file: string, text: string) => boolean,
  pattern: RegExp,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const file of glob('{libs,services}/*/src/**/*.ts', { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8');
    if (!counts(file, text)) continue;
    for (const [, name = ''] of text.matchAll(pattern)) names.add(name);
  }
  return names;
}
