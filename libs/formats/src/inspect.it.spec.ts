import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { localFiles } from './files/local-files.ts';
import { inspect } from './inspect.ts';
import { readExpected } from './scoring/expected.ts';
import { score } from './scoring/score.ts';

const models = new URL('../fixtures/models/', import.meta.url);
const never = new AbortController().signal;

const cases = readdirSync(models).filter((name) =>
  existsSync(new URL(`${name}.expected.json`, models)),
);

describe('inspect', () => {
  it.each(cases)('understands all that the framework itself reports of %s', async (name) => {
    const expected = readExpected(new URL(`${name}.expected.json`, models));
    const files = await localFiles(fileURLToPath(new URL(name, models)));

    const inspection = await inspect(files, never);

    expect(score(expected, inspection)).toBe(1);
    expect(inspection).toMatchObject({
      framework: expected.framework,
      artifact: expected.artifact,
      verdict: expected.verdict,
      ...(expected.classLabels && { classLabels: expected.classLabels }),
    });
  });
});
