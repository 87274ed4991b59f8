import { describe, expect, it } from 'vitest';

import { NameInvalid } from './errors.ts';
import { parseDigest, parseRepository, parseTag } from './names.ts';
import { formatReference, parseReference } from './parse-reference.ts';

const sha256 = `sha256:${'a'.repeat(64)}`;

describe('names of the distribution protocol', () => {
  it.each(['a', 'team/model', 'a/b/c', 'a.b_c__d---e/f0', 'x'.repeat(255)])(
    'takes the repository %s',
    (text) => {
      expect(parseRepository(text)).toBe(text);
    },
  );

  it.each([
    '',
    'A',
    '/a',
    'a/',
    'a//b',
    'a..b',
    '.a',
    'a___b',
    'a/-b',
    'ä',
    'a\n',
    'x'.repeat(256),
  ])('refuses the repository %j', (text) => {
    expect(() => parseRepository(text)).toThrow('not a repository');
  });

  it('takes and refuses tags', () => {
    expect(['1', 'latest', '_a', 'V1.0-rc_2', 'a'.repeat(128)].map(parseTag)).toHaveLength(5);
    for (const text of ['', '.a', '-a', 'a/b', 'a:b', 'a\n', 'a'.repeat(129)]) {
      expect(() => parseTag(text)).toThrow('not a tag');
    }
  });

  it('takes and refuses digests', () => {
    expect(parseDigest(sha256)).toBe(sha256);
    expect(parseDigest(`sha512:${'0'.repeat(128)}`)).toContain('sha512');
    for (const text of ['sha256:', sha256.toUpperCase(), `${sha256}a`, 'md5:00', 'a'.repeat(1e6)]) {
      expect(() => parseDigest(text)).toThrow('not a digest');
    }
  });

  it('decides about hostile names in linear time', () => {
    const hostile = `${'a-'.repeat(100_000)}!`;

    const started = performance.now();
    expect(() => parseRepository(hostile)).toThrow('not a repository');
    expect(() => parseRepository(`${'a/'.repeat(127)}!`)).toThrow('not a repository');
    expect(() => parseTag(hostile)).toThrow('not a tag');
    expect(() => parseReference(hostile)).toThrow('not a reference');
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe('parseReference', () => {
  it.each([
    ['localhost/iris', { registry: 'localhost', repository: 'iris' }],
    ['localhost:8080/t/m:3', { registry: 'localhost:8080', repository: 't/m', tag: '3' }],
    [`[::1]:80/t/m@${sha256}`, { registry: '[::1]:80', repository: 't/m', digest: sha256 }],
    [`r.io/m:1@${sha256}`, { registry: 'r.io', repository: 'm', tag: '1', digest: sha256 }],
  ])('reads %s, and writes it again', (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
    expect(formatReference(parseReference(text))).toBe(text);
  });

  it.each(['iris', 'team/model:1', 'localhost:8080', 'r.io/M', 'r.io/m:', 'r.io/m@sha256:1', '/m'])(
    'refuses %s',
    (text) => {
      expect(() => parseReference(text)).toThrow(NameInvalid);
    },
  );
});
