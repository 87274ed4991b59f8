import { expect, it } from 'vitest';

import { caseWarnings } from './case-warnings.ts';

it('warns of paths that are equal after case folding', () => {
  const warnings = caseWarnings(['Model.onnx', 'a', 'model.ONNX', 'straße', 'STRASSE', 'k', 'K']);

  expect(warnings.map(({ paths }) => paths)).toEqual([
    ['Model.onnx', 'model.ONNX'],
    ['straße', 'STRASSE'],
    ['k', 'K'],
  ]);
  expect(warnings[0]?.message).toContain('"Model.onnx", "model.ONNX"');
});

it('warns at most 20 times', () => {
  const paths = Array.from({ length: 50 }, (_, index) => [`a${index}`, `A${index}`]).flat();

  expect(caseWarnings(paths)).toHaveLength(20);
});
