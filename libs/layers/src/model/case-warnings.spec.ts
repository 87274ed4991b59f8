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

it('stays short whatever the model', () => {
  const pairs = Array.from({ length: 50 }, (_, index) => [`a${index}`, `A${index}`]).flat();
  const variants = Array.from({ length: 1 << 10 }, (_, bits) =>
    Array.from('abcdefghij')
      .map((letter, at) => (bits & (1 << at) ? letter.toUpperCase() : letter))
      .join(''),
  );

  const warnings = caseWarnings([...variants, ...pairs]);

  expect(warnings).toHaveLength(20);
  expect(warnings[0]?.paths).toHaveLength(4);
  expect(warnings[0]?.message).toContain(' and 1020 more ');
});
