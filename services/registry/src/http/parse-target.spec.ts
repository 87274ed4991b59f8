import { describe, expect, it } from 'vitest';

import { parseTarget } from './parse-target.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const id = '3f1c8a52-1b5d-4e57-9a0c-2d0f6f0a8a11';

describe('parseTarget', () => {
  it.each(['/v2', '/v2/'])('reads %s as the base', (path) => {
    expect(parseTarget(path)).toEqual({ kind: 'base' });
  });

  it.each([
    [
      '/v2/m/manifests/1',
      { kind: 'manifest', repository: 'm', reference: { kind: 'tag', tag: '1' } },
    ],
    [
      `/v2/a/b/c/manifests/${digest}`,
      { kind: 'manifest', repository: 'a/b/c', reference: { kind: 'digest', digest } },
    ],
    [
      `/v2/t/m/manifests/${encodeURIComponent(digest)}`,
      { kind: 'manifest', repository: 't/m', reference: { kind: 'digest', digest } },
    ],
    [`/v2/t/m/blobs/${digest}`, { kind: 'blob', repository: 't/m', digest }],
    ['/v2/t/m/blobs/uploads', { kind: 'uploads', repository: 't/m' }],
    ['/v2/t/m/blobs/uploads/', { kind: 'uploads', repository: 't/m' }],
    [`/v2/t/m/blobs/uploads/${id}`, { kind: 'upload', repository: 't/m', id }],
    ['/v2/t/m/tags/list', { kind: 'tags', repository: 't/m' }],
    [`/v2/t/m/referrers/${digest}`, { kind: 'referrers', repository: 't/m', digest }],
  ])('reads %s', (path, target) => {
    expect(parseTarget(path)).toEqual(target);
  });

  it.each([
    [`/v2/blobs/uploads/manifests/1`, 'manifest', 'blobs/uploads'],
    [`/v2/tags/list/blobs/${digest}`, 'blob', 'tags/list'],
    [`/v2/manifests/manifests/manifests`, 'manifest', 'manifests'],
    [`/v2/blobs/uploads/blobs/uploads/`, 'uploads', 'blobs/uploads'],
    [`/v2/blobs/uploads/tags/list`, 'tags', 'blobs/uploads'],
  ])('finds the repository in %s though it has words of the protocol', (path, kind, repository) => {
    expect(parseTarget(path)).toMatchObject({ kind, repository });
  });

  it.each([
    '/',
    '/v1/',
    '/v2x',
    '/v2/_catalog',
    '/v2/m',
    '/v2/manifests/1',
    '/v2/t/m/tags/all',
    '/v2/t/m/1',
  ])('knows nothing of %s', (path) => {
    expect(parseTarget(path)).toBeUndefined();
  });

  it.each([
    ['/v2/T/manifests/1', 'NAME_INVALID'],
    ['/v2/a//b/manifests/1', 'NAME_INVALID'],
    ['/v2/../../etc/manifests/1', 'NAME_INVALID'],
    ['/v2/a%2F..%2Fb/manifests/1', 'NAME_INVALID'],
    ['/v2/a%00/manifests/1', 'NAME_INVALID'],
    ['/v2/%ff/manifests/1', 'NAME_INVALID'],
    [`/v2/${'a'.repeat(256)}/tags/list`, 'NAME_INVALID'],
    ['/v2/blobs/uploads/', 'NAME_INVALID'],
    ['/v2/m/manifests/-', 'MANIFEST_UNKNOWN'],
    ['/v2/m/manifests/sha256:1', 'DIGEST_INVALID'],
    ['/v2/m/blobs/1', 'DIGEST_INVALID'],
    ['/v2/m/referrers/md5:1', 'DIGEST_INVALID'],
    ['/v2/m/blobs/uploads/1', 'BLOB_UPLOAD_UNKNOWN'],
  ])('refuses %s with %s', (path, code) => {
    expect(() => parseTarget(path)).toThrow(expect.objectContaining({ code }));
  });
});
