import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import {
  BuildCancelled,
  BuildFailed,
  BuildLogged,
  BuildQueued,
  BuildStarted,
  BuildSucceeded,
  SignatureInferred,
} from '@floe/contracts';
import { createHttpApp, ReadinessChecks } from '@floe/http';
import { eachRecord, type FactType, toRecord } from '@floe/messaging';
import { PostgresBus } from '@floe/messaging-postgres';
import { FileBlobStore } from '@floe/storage';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { BuilderModule, type BuilderOptions } from './builder.module.ts';
import { digestOf } from './test-registry.ts';

const AT = '2026-01-02T03:04:05.678Z';
const TOLD = [BuildQueued, BuildStarted, BuildLogged, BuildSucceeded, BuildFailed, BuildCancelled];

export interface ToldFact {
  readonly name: string;
  readonly buildId: string;
  readonly fact: Readonly<Record<string, unknown>>;
}

/** For tests: the module as it runs, seen from its topics and its address. */
export class TestBuilder implements AsyncDisposable {
  readonly told: ToldFact[] = [];
  readonly #open = new AsyncDisposableStack();

  private constructor(
    readonly app: NestFastifyApplication,
    readonly store: FileBlobStore,
    private readonly bus: PostgresBus,
  ) {}

  static async start(
    databaseUrl: string,
    registryUrl: string,
    options: Partial<BuilderOptions> = {},
  ): Promise<TestBuilder> {
    const folder = await mkdtemp(join(tmpdir(), 'floe-builder-'));
    const store = await FileBlobStore.open(folder);
    const bus = await PostgresBus.open(databaseUrl, () => {});
    const checks = new ReadinessChecks();
    const module = BuilderModule.with(
      {
        registry: { url: registryUrl, attempts: 2 },
        concurrency: 8,
        deadlineMs: 60_000,
        sole: true,
        ...options,
      },
      { databaseUrl, bus, checks, store },
    );
    const http = { publicUrl: 'http://localhost', anyHost: true };
    const app = await createHttpApp([module], checks, http, false);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const builder = new TestBuilder(app, store, bus);
    builder.#open.defer(() => rm(folder, { recursive: true, force: true }));
    builder.#open.use(bus);
    builder.#open.defer(() => app.close());
    builder.#open.use(builder.#listen());
    return builder;
  }

  async tell<Fact>(type: FactType<Fact>, ...facts: readonly Fact[]): Promise<void> {
    const telling = { source: '/test', time: new Date() };
    const records = facts.map((fact) => toRecord(type, fact, telling));
    await this.bus.publish(records, AbortSignal.timeout(10_000));
  }

  /** Stores a layer and gives its name. */
  async stored(
    bytes: Uint8Array,
  ): Promise<{ readonly digest: string; readonly sizeBytes: number }> {
    const received = await this.store.receive(Readable.from([bytes]), AbortSignal.timeout(10_000));
    const digest = digestOf(bytes);
    await this.store.publish(received, digest);
    return { digest, sizeBytes: bytes.length };
  }

  /** The facts of a build besides its log, in the order of their topic. */
  namesOf(buildId: string): readonly string[] {
    return this.told.filter((fact) => fact.buildId === buildId).map(({ name }) => name);
  }

  factOf<Fact>({ name }: FactType<Fact>, buildId: string): Fact | undefined {
    return this.told.find((told) => told.buildId === buildId && told.name === name)?.fact as
      | Fact
      | undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }

  #listen(): AsyncDisposable {
    const types = new Map<string, FactType<unknown>>(
      TOLD.map((type) => [type.name, type as FactType<unknown>]),
    );
    return this.bus.subscribe(
      'test',
      [BuildQueued.topic, BuildLogged.topic],
      eachRecord(async ({ headers, value }) => {
        const name = headers.find(([header]) => header === 'ce_type')?.[1];
        const type = types.get(Buffer.from(name ?? []).toString());
        if (type === undefined || value === null) return;
        const fact = type.decode(value) as ToldFact['fact'];
        this.told.push({ name: type.name, buildId: String(fact['buildId']), fact });
      }),
    );
  }
}

/** A build of the layers, ready to be queued. */
export function inferred(
  layers: SignatureInferred['upload']['layers'],
  spec: Partial<SignatureInferred['upload']['spec']> = {},
  team = 'demo',
): SignatureInferred {
  return {
    team,
    model: 'iris',
    buildId: randomUUID(),
    at: AT,
    startedAt: AT,
    warnings: [],
    inference: {
      framework: 'onnx',
      verdict: 'exact',
      signature: {
        name: 'predict',
        inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] }],
        outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [-1] }],
      },
      evidence: {},
      classLabels: [],
    },
    upload: {
      layers,
      spec: {
        needsAllFiles: false,
        metadata: {},
        aliases: [],
        allowUnknownSignature: false,
        ...spec,
      },
      layout: 1,
      fileCount: 1,
      fileBytes: 3,
      uploadedAt: AT,
      warnings: [],
    },
  };
}
