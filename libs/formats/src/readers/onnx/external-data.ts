import type { Warning } from '@floe/signature';

import type { ModelFile } from '../../files/model-files.ts';
import type { Finding } from '../../frame/inspection.ts';

export interface ExternalData {
  readonly findings: readonly Finding[];
  readonly warnings: readonly Warning[];
}

/** Judges the side files that a model names; none of them is opened. */
export function judgeExternalData(
  modelPath: string,
  locations: ReadonlySet<string>,
  files: readonly ModelFile[],
): ExternalData {
  const present = new Set(files.map(({ path }) => path));
  const findings: Finding[] = [];
  const warnings: Warning[] = [];
  for (const location of locations) {
    const path = resolveInside(modelPath, location);
    if (path === undefined)
      findings.push({
        code: 'EXTERNAL_DATA_OUTSIDE',
        severity: 'unsafe',
        message: `'${modelPath}' reads its weights from outside the model: '${shortened(location)}'.`,
        path: modelPath,
      });
    else if (!present.has(path))
      warnings.push({
        code: 'EXTERNAL_DATA_MISSING',
        message: `'${modelPath}' reads weights from '${shortened(path)}', which is not among the files.`,
      });
  }
  return { findings, warnings };
}

/** The path of a side file in the model; `undefined` when it would leave it. */
function resolveInside(modelPath: string, location: string): string | undefined {
  if (location === '' || /^([/\\]|[a-z]:|[a-z][a-z0-9+.-]*:\/\/)/i.test(location)) return undefined;
  if (location.includes('\0')) return undefined;
  const parts = modelPath.split('/').slice(0, -1);
  for (const part of location.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
