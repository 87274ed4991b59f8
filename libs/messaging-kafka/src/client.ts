import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { within } from '@floe/messaging';
import kafkajs, { type ISocketFactory, type Kafka, type LogEntry } from 'kafkajs';

import { registerCodecs } from './codecs.ts';
import { quietRequestQueue } from './quiet-request-queue.ts';

const CONNECT_MS = 5_000;
const REQUEST_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;

registerCodecs();
quietRequestQueue();

export interface Cluster {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[];
  /** Names this process in the broker's log and quotas. */
  readonly clientId: string;
  /** Is told what went wrong between the calls; the bus goes on by itself. */
  readonly report: (error: unknown) => void;
}

/** One kafkajs client and all it has open, so that closing can be final. */
export class Client {
  readonly kafka: Kafka;
  readonly #sockets = new Set<Socket>();
  #closed = false;

  constructor({ brokers, clientId, report }: Cluster) {
    this.kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      clientId,
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      enforceRequestTimeout: true,
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
      socketFactory: this.#socketFactory(),
      logLevel: kafkajs.logLevel.ERROR,
      logCreator: () => (entry) => {
        const error = untoldError(entry);
        if (error) report(error);
      },
    });
  }

  /** Says goodbye with `disconnect`, then cuts what is left. Never rejects. */
  async close(disconnect: () => Promise<void>, withinMs: number): Promise<void> {
    await within(
      withinMs,
      disconnect().catch(() => {}),
    );
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #socketFactory(): ISocketFactory {
    return ({ host, port, ssl, onConnect }) => {
      const socket: Socket = ssl
        ? connectTls({ host, port, servername: host, ...ssl }, onConnect)
        : connect({ host, port }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // What kafkajs tries again after its end would keep the process alive.
      if (this.#closed) socket.destroy(new Error('the client is closed'));
      return socket;
    };
  }
}

/**
 * What kafkajs logs as an error is told by a rejection or a crash too, or is no error: coordinators that load, groups
 * that rebalance, topics just created. Only this would pass unseen: records that nobody read are gone.
 */
function untoldError({ log }: LogEntry): Error | undefined {
  if (!/offset out of range/i.test(log.message)) return undefined;
  const { topic, partition, groupId } = log;
  return new Error(`${log.message} (${groupId} in ${topic}/${partition})`);
}
