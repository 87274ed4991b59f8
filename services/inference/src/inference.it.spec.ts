import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import {
  BuildCancelRequested,
  type Layer,
  ModelUploaded,
  SignatureInferred,
  SignatureRejected,
} from '@floe/contracts';
import { createHttpApp, ReadinessChecks } from '@floe/http';
import { encodeIndex, LayerVerifier, layOut, writeLayer } from '@floe/layers';
import { eachRecord, type FactType, toRecord } from '@floe/messaging';
import { PostgresBus } from '@floe/messaging-postgres';
import { FileBlobStore } from '@floe/storage';
import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { InferenceModule } from './inference.module.ts';

const AT = '2026-01-02T03:04:05.678Z';

describe('inference', () => {
  it('finds the signature of an ONNX model in its stored layers and tells it', async () => {
    await using inference = await startInference();
    const onnx = await readFile(new URL('../fixtures/model.onnx', import.meta.url));
    const uploaded = inference.upload(
      await inference.stored({ 'a/model.onnx': onnx, 'z.txt': 'z' }),
    );

    await inference.tell(ModelUploaded, uploaded);

    const [inferred] = await inference.told(SignatureInferred, 1);
    expect(inferred).toMatchObject({
      buildId: uploaded.buildId,
      upload: uploaded.upload,
      inference: {
        framework: 'onnx',
        verdict: 'exact',
        signature: { inputs: [{ name: 'left', dtype: 'DT_DOUBLE', shape: [-1, -1, 3] }, {}] },
        evidence: { '/inputs/0/dtype': { status: 'proven', path: 'a/model.onnx' } },
      },
    });
  });

  it('rejects a model of which nothing is known', async () => {
    await using inference = await startInference();
    const uploaded = inference.upload(await inference.stored({ 'readme.txt': 'no model' }));

    await inference.tell(ModelUploaded, uploaded);

    expect(await inference.told(SignatureRejected, 1)).toMatchObject([
      { buildId: uploaded.buildId, code: 'SIGNATURE_UNKNOWN', cancelled: false },
    ]);
  });

  it('rejects a damaged model with what is wrong with it', async () => {
    await using inference = await startInference();
    const onnx = await readFile(new URL('../fixtures/model.onnx', import.meta.url));
    const uploaded = inference.upload(
      await inference.stored({ 'model.onnx': onnx.subarray(0, onnx.length - 20) }),
    );

    await inference.tell(ModelUploaded, uploaded);

    expect(await inference.told(SignatureRejected, 1)).toMatchObject([
      { buildId: uploaded.buildId, code: 'MODEL_UNREADABLE' },
    ]);
  });

  it('answers a cancel that came first, and a fact that is told again', async () => {
    await using inference = await startInference();
    const uploaded = inference.upload(await inference.stored({ 'readme.txt': 'no model' }));
    const { team, model, buildId, at } = uploaded;

    await inference.tell(BuildCancelRequested, { team, model, buildId, at });
    await inference.tell(ModelUploaded, uploaded);
    await inference.told(SignatureRejected, 1);
    await inference.tell(ModelUploaded, uploaded);

    const answers = await inference.told(SignatureRejected, 2);
    expect(answers[0]).toMatchObject({ buildId, code: 'CANCELLED', cancelled: true });
    expect(answers[1]).toEqual(answers[0]);
  });

  it('gives an id to quote when the platform is at fault', async () => {
    await using inference = await startInference();
    const missing = { digest: `sha256:${'0'.repeat(64)}`, sizeBytes: 1 };
    const uploaded = inference.upload([missing]);

    await inference.tell(ModelUploaded, uploaded);

    const [rejected] = await inference.told(SignatureRejected, 1);
    expect(rejected).toMatchObject({ code: 'INTERNAL' });
    expect(rejected?.message).toMatch(/quote [0-9a-f-]{36}\.$/);
  });
});

/** The module as it runs, seen from its topics. */
async function startInference() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const folder = await mkdtemp(join(tmpdir(), 'floe-inference-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const store = await FileBlobStore.open(folder);
  const bus = opened.use(await PostgresBus.open(postgres.url, () => {}));
  const module = InferenceModule.with(
    { concurrency: 2, deadlineMs: 60_000, sole: true },
    { databaseUrl: postgres.url, bus, checks: new ReadinessChecks(), store },
  );
  const http = { publicUrl: 'http://localhost', anyHost: true };
  const app = await createHttpApp([module], new ReadinessChecks(), http, false);
  await app.init();
  opened.defer(() => app.close());
  const records: { readonly name: string; readonly value: Uint8Array }[] = [];
  opened.use(
    bus.subscribe(
      'test',
      [SignatureInferred.topic],
      eachRecord(async ({ headers, value }) => {
        const name = headers.find(([header]) => header === 'ce_type')?.[1] ?? new Uint8Array();
        records.push({ name: Buffer.from(name).toString(), value: value ?? new Uint8Array() });
      }),
    ),
  );
  const started = opened.move();

  return {
    upload,
    stored: (files: Readonly<Record<string, string | Uint8Array>>) => storeLayers(files, store),
    tell: <Fact>(type: FactType<Fact>, fact: Fact) =>
      bus.publish(
        [toRecord(type, fact, { source: '/test', time: new Date() })],
        AbortSignal.timeout(10_000),
      ),
    told: <Fact>(type: FactType<Fact>, count: number): Promise<Fact[]> =>
      eventually(() => {
        const told = records.filter(({ name }) => name === type.name);
        return told.length >= count && told.map(({ value }) => type.decode(value));
      }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function storeLayers(
  files: Readonly<Record<string, string | Uint8Array>>,
  store: FileBlobStore,
): Promise<readonly Layer[]> {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  const layers: Layer[] = [];
  const items = [...contents].map(([path, bytes]) => ({ path, sizeBytes: bytes.length }));
  for (const plan of layOut(items)) {
    const tar = await buffer(
      writeLayer(plan, async function* ({ path }) {
        yield contents.get(path) ?? Buffer.alloc(0);
      }),
    );
    const verifier = new LayerVerifier();
    verifier.write(tar);
    const digest = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
    const received = await store.receive(Readable.from([tar]), AbortSignal.timeout(10_000));
    await store.publish(received, digest, encodeIndex(verifier.end()));
    layers.push({ digest, sizeBytes: tar.length });
  }
  return layers;
}

function upload(layers: readonly Layer[]): ModelUploaded {
  return {
    team: 'demo',
    model: 'iris',
    buildId: randomUUID(),
    at: AT,
    upload: {
      layers,
      spec: { needsAllFiles: false, metadata: {}, aliases: [], allowUnknownSignature: false },
      layout: 1,
      fileCount: 1,
      fileBytes: 1,
      uploadedAt: AT,
      warnings: [],
    },
  };
}
