import { type BusServer, describeBus, FaultProxy } from '@floe/messaging/contract';
import { hasKafka, startKafka } from '@floe/testing';
import { describe } from 'vitest';

import { KafkaBus } from './kafka-bus.ts';

const SESSION_MS = 2_000;

describe.runIf(hasKafka())('on a real broker', () => {
  describeBus('KafkaBus', startServer);
});

async function startServer(): Promise<BusServer> {
  await using opened = new AsyncDisposableStack();
  const proxy = opened.use(await FaultProxy.listen());
  const kafka = opened.use(await startKafka({ proxyPort: proxy.port }));
  proxy.forwardTo(kafka.behindProxyPort);
  const open = (address: string) =>
    KafkaBus.open({
      brokers: [address],
      clientId: 'contract',
      report: () => {},
      sessionTimeoutMs: SESSION_MS,
    });
  const started = opened.move();
  return {
    version: `Apache Kafka ${kafka.version}`,
    proxy,
    open: () => open(kafka.address),
    openThroughProxy: () => open(`127.0.0.1:${proxy.port}`),
    kill: () => kafka.kill(),
    start: () => kafka.start(),
    consumer: new URL('consumer.child.ts', import.meta.url),
    address: kafka.address,
    silenceMs: 2 * SESSION_MS,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
