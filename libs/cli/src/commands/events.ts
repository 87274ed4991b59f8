import type { EventItem, FloeClient } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { parseModel } from '../names/model-name.ts';
import type { JsonFlag } from '../render/result.ts';

interface Flags extends JsonFlag {
  readonly follow?: true;
  readonly team?: string;
  readonly model?: string;
  readonly type?: string;
  readonly after?: string;
}

/** Facts that are kept come without a pause; after such a one there are no more of them. */
const quietMs = 500;

/** `floe events`: the facts that are kept, or those to come. */
export function eventsCommand(context: Context): Command {
  return new Command('events')
    .description('print the facts that are kept; with -f, those that happen from now on')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-t, --team <team>', 'of this team only')
    .option('-m, --model <model>', 'of this model only: name or team/name')
    .option('--type <fact>', 'this fact only, such as BuildEnded')
    .option('--after <cursor>', 'only what came after this cursor; 0 is the beginning')
    .option('--json', 'print each fact as a CloudEvent, one JSON document a line')
    .action(async (flags: Flags) => await run(context, flags));
}

async function run(context: Context, flags: Flags): Promise<void> {
  const { terminal } = context;
  const model =
    flags.model === undefined ? undefined : parseModel(flags.model, await context.team());
  const after = flags.after ?? (flags.follow ? undefined : '0');
  const client = await context.client();
  const query = { team: model?.team ?? flags.team, model: model?.name, type: flags.type, after };
  for await (const item of itemsOf(context, client, query, flags.follow === true)) {
    if (flags.json) terminal.out(JSON.stringify(jsonOf(item)));
    else terminal.out(lineOf(item));
  }
}

type Query = Parameters<FloeClient['events']>[0];

async function* itemsOf(
  { signal }: Context,
  client: FloeClient,
  query: Query,
  follow: boolean,
): AsyncGenerator<EventItem> {
  if (follow) return yield* client.events({ ...query, signal });
  const quiet = new AbortController();
  const timer = setTimeout(() => quiet.abort(), quietMs);
  try {
    const both = AbortSignal.any([signal, quiet.signal]);
    for await (const item of client.events({ ...query, signal: both })) {
      timer.refresh();
      yield item;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!quiet.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

function jsonOf(item: EventItem): unknown {
  return item.kind === 'gap'
    ? { gap: true, cursor: item.cursor }
    : { ...item.fact, cursor: item.cursor };
}

function lineOf(item: EventItem): string {
  if (item.kind === 'gap') return '… older facts are no longer kept';
  const { name, fact } = item;
  const { team, model, buildId, at: _, ...rest } = fact.data;
  const details = Object.entries(rest).flatMap(([key, value]) => {
    const text = textOf(value);
    return text === '' || text.length > 80 ? [] : [`${key}=${text}`];
  });
  const subject = fact.subject ?? `${textOf(team)}/${textOf(model)}`;
  return [fact.time ?? '', name.padEnd(18), subject, textOf(buildId), ...details].join('  ').trim();
}

/** Of a text or a number; empty for anything that would not fit into a line. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
