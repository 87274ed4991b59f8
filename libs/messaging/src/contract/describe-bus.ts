import { afterAll, beforeAll, describe } from 'vitest';

import type { BusServer } from './bus-server.ts';
import { closing } from './closing.ts';
import { delivering } from './delivering.ts';
import { dying } from './dying.ts';
import { failing } from './failing.ts';
import { sharing } from './sharing.ts';

const START_MS = 120_000;

/** What every bus promises; the tests of each adapter run it against a real server. */
export function describeBus(name: string, start: () => Promise<BusServer>): void {
  describe(`${name} as a bus`, () => {
    let started: BusServer | undefined;
    beforeAll(async () => {
      started = await start();
      process.stdout.write(`the contract of the bus runs on ${started.version}\n`);
    }, START_MS);
    afterAll(() => started?.[Symbol.asyncDispose](), START_MS);

    const server = (): BusServer => {
      if (started === undefined) throw new Error('the server was not started');
      return started;
    };
    delivering(server);
    sharing(server);
    dying(server);
    failing(server);
    closing(server);
  });
}
