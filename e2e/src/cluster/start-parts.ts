import type { StartedNetwork } from 'testcontainers';

import { startNetwork } from './part.ts';
import { startBroker, startDatabase, startStore } from './parts.ts';

/** What a cluster stands on. */
export interface Parts {
  readonly network: StartedNetwork;
  readonly kafka: Awaited<ReturnType<typeof startBroker>>;
  readonly minio: Awaited<ReturnType<typeof startStore>>;
  readonly postgres: Awaited<ReturnType<typeof startDatabase>>;
}

/** Starts them all at once. When one does not start, the others are ended. */
export async function startParts(): Promise<Parts & AsyncDisposable> {
  await using undone = new AsyncDisposableStack();
  const network = undone.use(await startNetwork());
  const started = [startBroker(network), startStore(network), startDatabase(network)] as const;
  for (const part of await Promise.allSettled(started))
    if (part.status === 'fulfilled') undone.use(part.value);
  const [kafka, minio, postgres] = await Promise.all(started);
  const all = undone.move();
  return { network, kafka, minio, postgres, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
