import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseModel, parseVersion } from './model-name.ts';
import { checkSlug, isSlug, suggestion } from './slug.ts';

describe('names', () => {
  it.each([
    ['iris', { team: 'default', name: 'iris' }],
    ['demo/iris-2.1', { team: 'demo', name: 'iris-2.1' }],
  ])('reads %s', (text, model) => {
    expect(parseModel(text, 'default')).toEqual(model);
  });

  it.each([
    ['iris', undefined],
    ['demo/iris:3', '3'],
    ['iris:latest', 'latest'],
    ['iris:production', 'production'],
  ])('reads the version of %s', (text, version) => {
    expect(parseVersion(text, 'default').version).toBe(version);
  });

  it.each(['a/b/c', '', '/iris', 'demo/', 'Iris', 'iris:0', 'iris:', 'iris:Production'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseVersion(text, 'default')).toThrow(/cannot be the name|is not a/);
    },
  );

  it.each([
    ['My Model', 'my-model'],
    ['Müller__v1', 'muller_v1'],
    ['-x.', 'x'],
    ['模型', undefined],
  ])('suggests for "%s"', (name, near) => {
    expect(suggestion(name)).toBe(near);
  });

  it('says the suggestion with the refusal', () => {
    const refusal = {
      message: expect.stringContaining('"My Model"') as string,
      hint: '"my-model" can',
    };

    expect(() => checkSlug('model', 'My Model')).toThrow(expect.objectContaining(refusal) as Error);
  });

  it('suggests only what the rule allows', () => {
    const names = fc.string({ unit: 'binary', maxLength: 100 });
    const isAllowed = fc.property(names, (name) => {
      const near = suggestion(name);
      return near === undefined || isSlug(near);
    });

    expect(fc.check(isAllowed).failed).toBe(false);
  });
});
