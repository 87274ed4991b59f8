import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity, instant } from './identity.ts';

const schema = z
  .object({
    ...identity,
    lines: z
      .array(
        z
          .object({
            n: z.int().positive(),
            at: instant,
            stream: z.enum(['floe', 'stdout', 'stderr']),
            text: z.string(),
          })
          .readonly(),
      )
      .min(1)
      .readonly(),
  })
  .readonly();

export type BuildLogged = z.output<typeof schema>;

/** Numbered lines of a build's log. */
export const BuildLogged = factOf({
  name: 'floe.build_logs.v1.BuildLogged',
  topic: 'floe.build-logs.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId, lines }) => `${buildId}/log/${lines[0]?.n ?? 0}`,
  wire: floe.build_logs.v1.BuildLogged,
  schema,
});
