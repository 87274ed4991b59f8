import { z } from 'zod';

import { type BuildState, buildState } from '../answers/build.ts';
import type { CallOptions } from '../calls/options.ts';
import type { Transport } from '../transport/transport.ts';
import { follow } from './follow.ts';

const line = z.object({
  n: z.number(),
  at: z.string().optional(),
  stream: z.string().optional(),
  text: z.string(),
});
const end = z.object({ state: buildState });

export type LogLine = z.output<typeof line>;

/** A line of a build's log, or its end. */
export type LogItem =
  | { readonly kind: 'line'; readonly line: LogLine }
  | { readonly kind: 'end'; readonly state: BuildState };

export async function* followLog(
  transport: Transport,
  path: string,
  options: CallOptions & { readonly after?: number } = {},
): AsyncGenerator<LogItem> {
  const { signal, after } = options;
  const lastEventId = after === undefined ? undefined : String(after);
  for await (const message of follow(transport, { path }, { signal, lastEventId })) {
    if (message.event === 'end') {
      yield { kind: 'end', ...end.parse(JSON.parse(message.data)) };
      return;
    }
    if (message.event === 'line') {
      yield { kind: 'line', line: line.parse(JSON.parse(message.data)) };
    }
  }
}
