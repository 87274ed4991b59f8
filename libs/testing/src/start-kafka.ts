import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '@floe/embedded-postgres';

const VERSION = '4.3.1';
/** Each broker is a cluster of its own; a random one could begin with a dash. */
const CLUSTER_ID = Buffer.from('floe floe floe 1').toString('base64url');
const STARTED = /Kafka Server started/;
const START_MS = 60_000;
const STOP_MS = 20_000;

/** A broker of its own which a test may stop, kill and start again; its data and its addresses stay. */
export interface Kafka extends AsyncDisposable {
  readonly version: string;
  /** Of the broker itself. */
  readonly address: string;
  /** Where the broker listens for a proxy, whose address it gives to the clients that come through it. */
  readonly behindProxyPort: number;
  start(): Promise<void>;
  /** Ends the broker in order. */
  stop(): Promise<void>;
  /** Ends the broker by SIGKILL, as a power cut would. */
  kill(): Promise<void>;
}

export interface KafkaOptions {
  /** Where a proxy in front of the broker listens. */
  readonly proxyPort?: number;
}

/**
 * Whether deploy/kafka/install.sh has run: tests that need the broker are left out without it, never silently.
 * With FLOE_REQUIRE_KAFKA=1 its absence is an error.
 */
export function hasKafka(): boolean {
  if (existsSync(jarFolder())) return true;
  // oxlint-disable-next-line node/no-process-env
  if (process.env['FLOE_REQUIRE_KAFKA'] === '1') throw new Error(MISSING);
  process.stderr.write(`NOT TESTED ON KAFKA: ${MISSING}\n`);
  return false;
}

/** One real Apache Kafka, broker and controller in one process, on free ports of 127.0.0.1. */
export async function startKafka({ proxyPort }: KafkaOptions = {}): Promise<Kafka> {
  if (!existsSync(jarFolder())) throw new Error(MISSING);
  const [port, behindProxyPort, controllerPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const folder = await mkdtemp(join(tmpdir(), 'floe-kafka-'));
  const ports = { port, behindProxyPort, controllerPort, proxyPort: proxyPort ?? behindProxyPort };
  await writeFile(join(folder, 'server.properties'), propertiesOf(folder, ports));
  await writeFile(join(folder, 'log4j2.properties'), LOGGING);
  await format(folder);
  let broker: ChildProcess | undefined = await launch(folder);
  // A worker that ends without disposing leaves no broker behind.
  const reap = (): void => void broker?.kill('SIGKILL');
  process.once('exit', reap);

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = broker;
    broker = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    const late = sleep(STOP_MS, 'late', { ref: false });
    if ((await Promise.race([exited, late])) === 'late') {
      ending.kill('SIGKILL');
      await exited;
    }
  };
  return {
    version: VERSION,
    address: `127.0.0.1:${port}`,
    behindProxyPort,
    async start() {
      broker ??= await launch(folder);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      process.off('exit', reap);
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function jarFolder(): string {
  // oxlint-disable-next-line node/no-process-env
  const cache = process.env['FLOE_CACHE'] ?? join(homedir(), '.cache', 'floe');
  return join(cache, `kafka-${VERSION}`, 'libs');
}

const MISSING = `no Apache Kafka in ${jarFolder()}: run deploy/kafka/install.sh`;

async function format(folder: string): Promise<void> {
  const configuration = join(folder, 'server.properties');
  const parameters = ['format', '--ignore-formatted', '-t', CLUSTER_ID, '-c', configuration];
  const tool = java(folder, 'kafka.tools.StorageTool', parameters);
  const said = outputOf(tool);
  const [code] = await once(tool, 'exit');
  if (code !== 0) throw new Error(`the folder of the broker was not formatted: ${said()}`);
}

async function launch(folder: string): Promise<ChildProcess> {
  const broker = java(folder, 'kafka.Kafka', [join(folder, 'server.properties')]);
  const said = outputOf(broker);
  const deadline = Date.now() + START_MS;
  while (!STARTED.test(said())) {
    if (broker.exitCode !== null || Date.now() > deadline) {
      broker.kill('SIGKILL');
      throw new Error(`the broker did not start: ${said().slice(-2_000)}`);
    }
    await sleep(50);
  }
  return broker;
}

/** Short-lived: a quick start is worth more than fast code. */
function java(folder: string, main: string, parameters: readonly string[]): ChildProcess {
  return spawn(
    'java',
    [
      '-Xmx512m',
      '-XX:TieredStopAtLevel=1',
      `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`,
      '-cp',
      join(jarFolder(), '*'),
      main,
      ...parameters,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

/** Reads on, so that the process is never blocked, and gives the last of what it said. */
function outputOf(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream
      ?.setEncoding('utf8')
      .on('data', (chunk: string) => (said = (said + chunk).slice(-20_000)));
  }
  return () => said;
}

interface Ports {
  readonly port: number;
  readonly behindProxyPort: number;
  readonly controllerPort: number;
  readonly proxyPort: number;
}

function propertiesOf(folder: string, ports: Ports): string {
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.controllerPort}
listeners=DIRECT://127.0.0.1:${ports.port},PROXIED://127.0.0.1:${ports.behindProxyPort},CONTROLLER://127.0.0.1:${ports.controllerPort}
advertised.listeners=DIRECT://127.0.0.1:${ports.port},PROXIED://127.0.0.1:${ports.proxyPort}
listener.security.protocol.map=DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=DIRECT
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
`;
}

const LOGGING = `
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
`;
