import type { Warning } from '@floe/contracts';

import type { Told } from './told.ts';

/** All warnings of a build, each once: later stages repeat those of earlier ones. */
export function warningsOf({ uploaded, inferred, succeeded, ended }: Told): readonly Warning[] {
  const all = [uploaded?.upload, inferred?.upload, inferred, succeeded?.upload, succeeded, ended];
  const byText = new Map<string, Warning>();
  for (const source of all) {
    for (const warning of source?.warnings ?? []) byText.set(JSON.stringify(warning), warning);
  }
  return [...byText.values()];
}
