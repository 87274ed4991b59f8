import { randomUUID } from 'node:crypto';

import { KafkaBus } from '@floe/messaging-kafka';
import { freePort } from '@floe/testing';
import { Client } from 'pg';
import type { StartedNetwork } from 'testcontainers';

import { IMAGES } from './has-cluster.ts';
import { Part } from './part.ts';

const ASK_MS = 5_000;
const KEYS = { accessKey: 'floe', secretKey: 'floe-secret' };

/** Apache Kafka, one broker; `address` is `host:port`. */
export async function startBroker(
  network: StartedNetwork,
): Promise<Part & { readonly address: string }> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const part = await Part.start({
    image: IMAGES.kafka,
    network,
    ports: [{ container: 9092, host: port }],
    env: {
      CLUSTER_ID: 'ZmxvZSBjbHVzdGVyIDAwMQ',
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: 'HOST://:9092,INTERNAL://localhost:29092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `HOST://${address},INTERNAL://localhost:29092`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        'HOST:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '8',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_HEAP_OPTS: '-Xmx512m -Xms256m -XX:TieredStopAtLevel=1',
    },
    probe: () => askBroker(address),
  });
  return Object.assign(part, { address });
}

/** MinIO with the bucket `floe`; `storeUrl` and the keys are what a service needs. */
export async function startStore(
  network: StartedNetwork,
): Promise<
  Part & { readonly storeUrl: string; readonly accessKey: string; readonly secretKey: string }
> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const part = await Part.start({
    image: IMAGES.minio,
    network,
    ports: [{ container: 9000, host: port }],
    env: { MINIO_ROOT_USER: KEYS.accessKey, MINIO_ROOT_PASSWORD: KEYS.secretKey },
    command: ['server', '/data'],
    probe: () => askStore(endpoint),
  });
  await using undone = new AsyncDisposableStack();
  undone.use(part);
  await part.run('mc', 'alias', 'set', 'own', 'http://127.0.0.1:9000', ...Object.values(KEYS));
  await part.run('mc', 'mb', 'own/floe');
  undone.move();
  const storeUrl = `s3://floe?endpoint=${endpoint}&region=us-east-1&pathStyle=true`;
  return Object.assign(part, { storeUrl, ...KEYS });
}

/** PostgreSQL; `url` is of the database of the services, as its owner. */
export async function startDatabase(
  network: StartedNetwork,
): Promise<Part & { readonly url: string }> {
  const port = await freePort();
  const password = randomUUID();
  const url = `postgres://floe:${password}@127.0.0.1:${port}/floe`;
  const part = await Part.start({
    image: IMAGES.postgres,
    network,
    ports: [{ container: 5432, host: port }],
    env: { POSTGRES_USER: 'floe', POSTGRES_PASSWORD: password, POSTGRES_DB: 'floe' },
    // The machine does not die in these stories, only the server does.
    command: ['postgres', '-c', 'max_connections=300', '-c', 'fsync=off'],
    probe: () => rowsOf(url, 'SELECT', []),
  });
  return Object.assign(part, { url });
}

/** The registry of the CNCF; `host` stands before a repository. */
export async function startDistribution(
  network: StartedNetwork,
): Promise<Part & { readonly host: string }> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const part = await Part.start({
    image: IMAGES.distribution,
    network,
    ports: [{ container: 5000, host: port }],
    env: {},
    probe: () => fetch(`http://${host}/v2/`),
  });
  return Object.assign(part, { host });
}

/** Asks once, in a session of its own. */
export async function rowsOf<Row extends object>(
  url: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: ASK_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function askBroker(address: string): Promise<void> {
  await using _ = await KafkaBus.open({
    brokers: [address],
    clientId: 'probe',
    report: () => {},
  });
}

async function askStore(endpoint: string): Promise<void> {
  const signal = AbortSignal.timeout(ASK_MS);
  const { status } = await fetch(`${endpoint}/minio/health/ready`, { signal });
  if (status !== 200) throw new Error(`the store answers ${status}`);
}
