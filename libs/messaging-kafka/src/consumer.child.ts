import { runConsumer } from '@floe/messaging/contract/consumer';

import { KafkaBus } from './kafka-bus.ts';

/** A process of its own that the contract of the bus starts and kills. */
await runConsumer((address) =>
  KafkaBus.open({
    brokers: [address],
    clientId: 'mortal',
    report: () => {},
    sessionTimeoutMs: 2_000,
  }),
);
