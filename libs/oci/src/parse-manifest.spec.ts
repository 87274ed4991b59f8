import { describe, expect, it } from 'vitest';

import { ManifestInvalid, ManifestTooLarge } from './errors.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from './parse-manifest.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

const config = { mediaType: 'application/vnd.example+json', digest: digest('a'), size: 2 };
const layer = { mediaType: 'application/vnd.example', digest: digest('b'), size: 0 };
const image = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] };
const index = { schemaVersion: 2, manifests: [{ ...config, mediaType: MANIFEST }] };

describe('parseManifest', () => {
  it('names what an image manifest refers to', () => {
    const subject = { mediaType: MANIFEST, digest: digest('c'), size: 5 };
    const annotations = { made: 'today' };

    const parsed = parseManifest(json({ ...image, subject, annotations, custom: {} }), MANIFEST);

    expect(parsed).toEqual({
      mediaType: MANIFEST,
      blobs: [
        { mediaType: config.mediaType, digest: digest('a'), sizeBytes: 2 },
        { mediaType: layer.mediaType, digest: digest('b'), sizeBytes: 0 },
      ],
      manifests: [],
      subject: { mediaType: MANIFEST, digest: digest('c'), sizeBytes: 5 },
      artifactType: config.mediaType,
      annotations,
    });
  });

  it('names the manifests of an index whose type stands only beside it', () => {
    const parsed = parseManifest(json(index), INDEX);

    expect(parsed).toMatchObject({ mediaType: INDEX, blobs: [] });
    expect(parsed.manifests.map(({ digest: child }) => child)).toEqual([digest('a')]);
  });

  it('takes artifacts without layers, nested data, and a member that stands twice', () => {
    const twice = `{"schemaVersion":1,"schemaVersion":2,"config":${JSON.stringify(config)},"layers":[]}`;

    expect(
      parseManifest(json({ ...image, artifactType: 'a/b', layers: [] }), MANIFEST),
    ).toMatchObject({ artifactType: 'a/b' });
    expect(parseManifest(Buffer.from(twice), MANIFEST).blobs).toHaveLength(1);
    expect(parseManifest(json({ ...image, '\\"[': '[[[{"' }), MANIFEST).blobs).toHaveLength(2);
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['null', json(null)],
    ['another schema version', json({ ...image, schemaVersion: 1 })],
    ['another type inside than beside', json({ ...image, mediaType: INDEX })],
    ['members of both kinds', json({ ...image, manifests: [] })],
    ['a malformed digest', json({ ...image, config: { ...config, digest: 'sha256:1' } })],
    ['a negative size', json({ ...image, config: { ...config, size: -1 } })],
    ['no layers', json({ ...image, layers: undefined })],
    ['endless nesting', Buffer.from('['.repeat(100_000))],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseManifest(bytes, MANIFEST)).toThrow(ManifestInvalid);
  });

  it('refuses types that it does not know, and more than 4 MiB', () => {
    const padded = Buffer.concat([json(image), Buffer.alloc(MAX_MANIFEST_BYTES, ' ')]);

    expect(() => parseManifest(json(image), 'text/html')).toThrow('text/html');
    expect(() => parseManifest(json({ schemaVersion: 2 }), undefined)).toThrow('(none)');
    expect(parseManifest(padded.subarray(0, MAX_MANIFEST_BYTES), MANIFEST).blobs).toHaveLength(2);
    expect(() => parseManifest(padded, MANIFEST)).toThrow(ManifestTooLarge);
  });
});

function json(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}

function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}
