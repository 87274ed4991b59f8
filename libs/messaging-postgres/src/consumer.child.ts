import { runConsumer } from '@floe/messaging/contract/consumer';

import { PostgresBus } from './postgres-bus.ts';

/** A process of its own that the contract of the bus starts and kills. */
await runConsumer((address) => PostgresBus.open(address, () => {}));
