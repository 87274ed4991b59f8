import { describe, expect, it } from 'vitest';

import { assembleImage, MAX_LAYERS } from './assemble-image.ts';
import type { ImageConfig, Manifest } from './documents.ts';
import { TooManyLayers } from './errors.ts';
import { randomImage } from './random-image.ts';
import { validateImage } from './validate-image.ts';

const place = { labels: { MODEL_NAME: 'iris' }, workingDir: '/model/files' };
const contract = layer('c');
const weights = layer('d');

const runtime: { readonly manifest: Manifest; readonly config: ImageConfig } = {
  manifest: {
    schemaVersion: 2,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      digest: 'sha256:0',
      size: 1,
    },
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        digest: digest('a'),
        size: 7,
      },
    ],
  },
  config: {
    architecture: 'arm64',
    os: 'linux',
    variant: 'v8',
    config: withEntrypoint({ WorkingDir: '/app', Labels: { b: '2', a: '1' } }),
    rootfs: { type: 'layers', diff_ids: [digest('b')] },
    history: [{ created_by: 'RUN build' }, { created_by: 'ENV A=1', empty_layer: true }],
  },
};

describe('assembleImage', () => {
  it('writes these very documents for a volume image', () => {
    const image = assembleImage({ contract, layers: [weights], ...place });

    expect(text(image.config.bytes)).toBe(
      `{"created":"1970-01-01T00:00:00Z","architecture":"amd64","os":"linux",` +
        `"config":{"WorkingDir":"/model/files","Labels":{"MODEL_NAME":"iris"}},` +
        `"rootfs":{"type":"layers","diff_ids":["${digest('c')}","${digest('d')}"]},` +
        `"history":[{"created":"1970-01-01T00:00:00Z","created_by":"floe: contract"},` +
        `{"created":"1970-01-01T00:00:00Z","created_by":"floe: model"}]}`,
    );
    expect(text(image.manifest.bytes)).toBe(
      `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",` +
        `"config":{"mediaType":"application/vnd.oci.image.config.v1+json",` +
        `"digest":"${image.config.digest}","size":${image.config.sizeBytes}},` +
        `"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"${digest('c')}","size":512},` +
        `{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"${digest('d')}","size":512}]}`,
    );
  });

  it('gives the same digest for labels in any order', () => {
    const one = assembleImage({ layers: [weights], ...place, labels: { a: '1', b: '2' } });
    const other = assembleImage({ layers: [weights], ...place, labels: { b: '2', a: '1' } });

    expect(one.manifest.digest).toBe(other.manifest.digest);
  });

  it('puts the model on its runtime and keeps what the runtime says about itself', () => {
    const image = assembleImage({ runtime, contract, layers: [weights], ...place });

    expect(image.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.oci.image.layer.v1.tar+gzip',
      'application/vnd.oci.image.layer.v1.tar',
      'application/vnd.oci.image.layer.v1.tar',
    ]);
    expect(JSON.parse(text(image.config.bytes))).toMatchObject({
      architecture: 'arm64',
      variant: 'v8',
      config: {
        Entrypoint: ['serve'],
        WorkingDir: '/model/files',
        Labels: { a: '1', b: '2', MODEL_NAME: 'iris' },
      },
      rootfs: { diff_ids: [digest('b'), digest('c'), digest('d')] },
      history: [
        { created_by: 'RUN build' },
        { created_by: 'ENV A=1', empty_layer: true },
        { created_by: 'floe: contract' },
        { created_by: 'floe: model' },
      ],
    });
    expect(() => validateImage(image)).not.toThrow();
  });

  it('gives each layer of a runtime without history an entry', () => {
    const { history: _, ...silent } = runtime.config;

    const image = assembleImage({
      runtime: { ...runtime, config: silent },
      layers: [weights],
      ...place,
    });

    expect(() => validateImage(image)).not.toThrow();
  });

  it('refuses a runtime whose layers and diff ids do not match', () => {
    const config = { ...runtime.config, rootfs: { type: 'layers' as const, diff_ids: [] } };

    expect(() =>
      assembleImage({ runtime: { ...runtime, config }, layers: [weights], ...place }),
    ).toThrow('another number of layers');
  });

  it('refuses one layer more than engines take', () => {
    const most = Array.from({ length: MAX_LAYERS - 1 }, () => weights);

    expect(assembleImage({ contract, layers: most, ...place }).layers).toHaveLength(125);
    expect(() => assembleImage({ contract, layers: [...most, weights], ...place })).toThrow(
      TooManyLayers,
    );
  });
});

describe('validateImage', () => {
  it('takes random images and finds a changed byte', () => {
    const image = randomImage({ layers: 3 });
    const bytes = Buffer.from(image.config.bytes);
    bytes[20] = 0x20;

    expect(() => validateImage(image)).not.toThrow();
    expect(() => validateImage({ ...image, config: { ...image.config, bytes } })).toThrow(
      'the bytes of the config',
    );
    expect(() => validateImage({ ...image, layers: image.layers.toReversed() })).toThrow(
      'other blobs',
    );
  });
});

/** A member that only the runtime's maker knows. */
function withEntrypoint<Config extends object>(config: Config): Config {
  return { ...config, Entrypoint: ['serve'] };
}

function layer(digit: string) {
  return {
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: digest(digit),
    sizeBytes: 512,
  };
}

function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
