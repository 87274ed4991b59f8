import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { localFiles } from './files/local-files.ts';
import { ModelUnreadable } from './frame/errors.ts';
import type { Inspection } from './frame/inspection.ts';
import { Inspector } from './worker/inspector.ts';

const hostile = new URL('../fixtures/hostile/', import.meta.url);
const never = new AbortController().signal;
/** What a platform promises for any file. */
const limitMs = 5_000;

interface HostileFile {
  readonly file: string;
  readonly what: string;
  readonly expected: string;
}

const { files } = JSON.parse(readFileSync(new URL('hostile.json', hostile), 'utf8')) as {
  files: readonly HostileFile[];
};

describe('Inspector', () => {
  const inspector = new Inspector();
  afterAll(async () => inspector[Symbol.asyncDispose]());

  it.each(files)('ends in time at $what ($file)', async ({ file, expected }) => {
    const [folder = file] = file.split('/');
    const begin = performance.now();

    const outcome = await outcomeOf(inspector, fileURLToPath(new URL(folder, hostile)));

    expect(performance.now() - begin).toBeLessThan(limitMs);
    expect(outcome).toBe(outcomes[expected]);
  });
});

const outcomes: Readonly<Record<string, string>> = {
  'error-or-none': 'error or none',
  'exact-without-following-the-path': 'exact, unsafe',
  'exact-as-onnx-or-error': 'exact',
  'usable-as-sklearn-or-error': 'error or none',
};

async function outcomeOf(inspector: Inspector, path: string): Promise<string> {
  let inspection: Inspection;
  try {
    inspection = await inspector.inspect(await localFiles(path), never);
  } catch (error) {
    if (!(error instanceof ModelUnreadable)) throw error;
    return 'error or none';
  }
  const { verdict, safety } = inspection;
  if (verdict === 'none') return 'error or none';
  return safety.findings.some(({ severity }) => severity === 'unsafe')
    ? `${verdict}, unsafe`
    : verdict;
}
