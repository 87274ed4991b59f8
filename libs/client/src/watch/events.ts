import { z } from 'zod';

import type { CallOptions } from '../calls/options.ts';
import type { Transport } from '../transport/transport.ts';
import { follow } from './follow.ts';

const cloudEvent = z.looseObject({
  id: z.string(),
  type: z.string(),
  time: z.string().optional(),
  subject: z.string().optional(),
  data: z.record(z.string(), z.unknown()).default({}),
});

/** A fact as a CloudEvent, its data decoded. */
export type Fact = z.output<typeof cloudEvent>;

/** A fact, or the notice that older ones are no longer kept; `cursor` resumes after it. */
export type EventItem =
  | { readonly kind: 'fact'; readonly cursor: string; readonly name: string; readonly fact: Fact }
  | { readonly kind: 'gap'; readonly cursor: string };

export interface EventsQuery extends CallOptions {
  readonly team?: string | undefined;
  readonly model?: string | undefined;
  /** Name of a fact, such as `BuildEnded`. */
  readonly type?: string | undefined;
  /** Cursor of the last item that was seen. */
  readonly after?: string | undefined;
}

/** Facts as they happen, without end; lost connections are taken up without a loss. */
export async function* followEvents(
  transport: Transport,
  options: EventsQuery = {},
): AsyncGenerator<EventItem> {
  const { signal, after, ...query } = options;
  const call = { path: '/api/v1/events', query };
  for await (const message of follow(transport, call, { signal, lastEventId: after })) {
    const cursor = message.id ?? '';
    if (message.event === 'gap') {
      yield { kind: 'gap', cursor };
      continue;
    }
    const fact = cloudEvent.parse(JSON.parse(message.data));
    yield { kind: 'fact', cursor, name: message.event, fact };
  }
}
