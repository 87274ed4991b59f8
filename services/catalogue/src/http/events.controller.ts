import { slug } from '@floe/contracts';
import { sendEventStream, type ServerSentEvent } from '@floe/http';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import type { PublicFact } from '../application/catalogue-queries.ts';
import { WatchFacts } from '../application/watch-facts.ts';

const cursor = z
  .string()
  .regex(/^\d{1,18}$/, 'is not a cursor of this stream')
  .transform(BigInt);

const watchQuery = z.strictObject({
  team: slug.optional(),
  model: slug.optional(),
  type: z
    .string()
    .regex(/^[A-Za-z]{1,64}$/, 'must be the name of a fact such as BuildEnded')
    .optional(),
  after: cursor.optional(),
});
const lastEventId = cursor.optional().catch(undefined);

@Controller('api/v1/events')
export class EventsController {
  constructor(private readonly watchFacts: WatchFacts) {}

  /** From `Last-Event-ID` or `?after=` on (0: from the oldest that is kept), else from now on. */
  @Get()
  async watch(
    @Query({ schema: watchQuery }) { after, ...filter }: z.output<typeof watchQuery>,
    @Headers('last-event-id') resumed: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const from = lastEventId.parse(resumed) ?? after;
    await sendEventStream(reply, (signal) => events(this.watchFacts.execute(filter, from, signal)));
  }
}

async function* events(facts: AsyncIterable<PublicFact>): AsyncGenerator<ServerSentEvent> {
  for await (const fact of facts) {
    yield {
      id: fact.position,
      event: fact.type.slice(fact.type.lastIndexOf('.') + 1),
      data: cloudEvent(fact),
    };
  }
}

/** CloudEvents 1.0 in JSON, its data decoded. */
function cloudEvent({ id, type, team, model, at, data }: PublicFact): object {
  return {
    specversion: '1.0',
    id,
    type,
    source: '/floe',
    subject: `${team}/${model}`,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}
