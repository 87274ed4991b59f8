import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sendModel, wish } from './send-model.ts';
import { smallModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

describe('the tag of a version', () => {
  let platform: PlatformProcess;
  let manifests: string;
  let first: string;
  let second: string;
  beforeAll(async () => {
    platform = await PlatformProcess.start();
    manifests = `${platform.url}/v2/frozen/one/manifests`;
    for (const note of ['first', 'second']) {
      await sendModel(platform.url, wish('frozen/one', await smallModel(note)), '30s');
    }
    first = await read(1);
    second = await read(2);
  }, 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it.each(['1', '2', '3', 'latest'])('%s is not moved by a push', async (tag) => {
    const other = tag === '1' ? second : first;

    const anyone = await put(tag, other);
    const forged = await put(tag, other, 'Bearer forged');

    expect(anyone).toMatchObject({ status: 403, body: { errors: [{ code: 'DENIED' }] } });
    expect(forged).toMatchObject({ status: 401, body: { errors: [{ code: 'UNAUTHORIZED' }] } });
    expect(await read(1)).toBe(first);
    expect(await read('latest')).toBe(second);
    expect((await fetch(`${manifests}/3`)).status).toBe(404);
  });

  it('takes the push of what it names already as done', async () => {
    const { status, digest } = await put('1', first);

    expect(status).toBe(201);
    expect(digest).toBe(`sha256:${createHash('sha256').update(first).digest('hex')}`);
  });

  it('is not deleted, nor is its manifest', async () => {
    const digest = `sha256:${createHash('sha256').update(first).digest('hex')}`;

    const answers = await Promise.all(
      ['1', 'latest', digest].map((name) => fetch(`${manifests}/${name}`, { method: 'DELETE' })),
    );

    expect(answers.map(({ status }) => status)).toEqual([405, 405, 405]);
    expect(await read(1)).toBe(first);
    expect(await read(digest)).toBe(first);
  });

  async function read(reference: string | number): Promise<string> {
    return (await fetch(`${manifests}/${reference}`, { headers: { accept: MANIFEST } })).text();
  }

  async function put(tag: string, manifest: string, authorization?: string) {
    const response = await fetch(`${manifests}/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': MANIFEST, ...(authorization && { authorization }) },
      body: manifest,
    });
    const text = await response.text();
    const body = JSON.parse(text || '{}') as { errors?: readonly { readonly code: string }[] };
    return { status: response.status, digest: response.headers.get('docker-content-digest'), body };
  }
});
