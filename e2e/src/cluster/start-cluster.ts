import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FloeClient } from '@floe/client';

import type { Installation } from '../invariants/installation.ts';
import { type Ran, runFloe } from '../run-floe.ts';
import { Front } from './front.ts';
import { rowsOf } from './parts.ts';
import { ServiceProcess } from './service-process.ts';
import { type Parts, startParts } from './start-parts.ts';

export const SERVICES = ['upload', 'inference', 'builder', 'catalogue', 'registry'] as const;
export type ServiceName = (typeof SERVICES)[number];

type Env = Readonly<Record<string, string>>;

/** Five services as processes of their own on Kafka, MinIO and PostgreSQL in containers, behind one address. */
export class Cluster implements Installation, AsyncDisposable {
  readonly client: FloeClient;
  readonly #replicas: ServiceProcess[] = [];
  readonly #env: Env;

  private constructor(
    private readonly parts: Parts,
    readonly front: Front,
    private readonly home: string,
    private readonly undone: AsyncDisposableStack,
  ) {
    const { kafka, minio, postgres } = parts;
    this.client = new FloeClient({ url: this.url });
    this.#env = {
      FLOE_PUBLIC_URL: this.url,
      FLOE_DATABASE_URL: postgres.url,
      FLOE_BUS_URL: `kafka://${kafka.address}`,
      FLOE_STORE_URL: minio.storeUrl,
      FLOE_STORE_ACCESS_KEY: minio.accessKey,
      FLOE_STORE_SECRET_KEY: minio.secretKey,
      FLOE_REGISTRY_URL: this.url,
      FLOE_INTERNAL_TOKEN: randomUUID(),
    };
  }

  /** Starts the containers and the front, and no service. */
  static async create(): Promise<Cluster> {
    await using undone = new AsyncDisposableStack();
    const parts = undone.use(await startParts());
    const home = await mkdtemp(join(tmpdir(), 'floe-cluster-'));
    undone.defer(() => rm(home, { recursive: true, force: true }));
    let cluster: Cluster | undefined;
    const front = undone.use(await Front.listen((service) => cluster?.urlsOf(service) ?? []));
    cluster = new Cluster(parts, front, home, undone.move());
    return cluster;
  }

  /** With one replica of each of the services, ready. */
  static async start(names: readonly ServiceName[] = SERVICES): Promise<Cluster> {
    await using undone = new AsyncDisposableStack();
    const cluster = undone.use(await Cluster.create());
    const replicas = await Promise.all(names.map((name) => cluster.add(name)));
    await Promise.all(replicas.map((replica) => replica.start()));
    undone.move();
    return cluster;
  }

  get kafka(): Parts['kafka'] {
    return this.parts.kafka;
  }

  get minio(): Parts['minio'] {
    return this.parts.minio;
  }

  get postgres(): Parts['postgres'] {
    return this.parts.postgres;
  }

  get network(): Parts['network'] {
    return this.parts.network;
  }

  get url(): string {
    return this.front.url;
  }

  /** Another replica, not started. */
  async add(name: ServiceName, env: Env = {}): Promise<ServiceProcess> {
    const replica = await ServiceProcess.create(name, { ...this.#env, ...env });
    this.#replicas.push(replica);
    return replica;
  }

  replicasOf(name: ServiceName): readonly ServiceProcess[] {
    return this.#replicas.filter((replica) => replica.name === name);
  }

  get running(): readonly ServiceProcess[] {
    return this.#replicas.filter((replica) => replica.runs);
  }

  get processes(): readonly string[] {
    return this.running.map(({ url }) => url);
  }

  urlsOf(name: string): readonly string[] {
    return this.running.filter((replica) => replica.name === name).map(({ url }) => url);
  }

  sql<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return rowsOf<Row>(this.postgres.url, text, values);
  }

  /** `floe …` against the front. */
  floe(...words: readonly string[]): Promise<Ran> {
    return runFloe(words, { url: this.url, home: this.home });
  }

  /** `floe verify` with all running processes. */
  verify(...flags: readonly string[]): Promise<Ran> {
    const services = this.processes.flatMap((url) => ['--service', url]);
    return this.floe('verify', ...flags, ...services, '--json');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica[Symbol.asyncDispose]()));
    await this.undone.disposeAsync();
  }
}
