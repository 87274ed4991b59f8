import { broken, hasEmbeddedBus, type Installation } from './installation.ts';
import { SERVICES } from './services.ts';

const WORKING = ['inference', 'builder', 'registry'];

/** Everything that was to be told is told; nothing is left to do, and nothing was given up. */
export async function openWork(installation: Installation): Promise<string[]> {
  const found = await Promise.all([
    ...SERVICES.map((service) =>
      broken(
        installation,
        `SELECT format('the outbox of ${service} holds %s facts', count(*)) AS broken
           FROM ${service}.outbox WHERE sent_at IS NULL HAVING count(*) > 0`,
      ),
    ),
    ...WORKING.map((service) =>
      broken(
        installation,
        `SELECT format('${service} has the %s job %s, leased until %s', state, id, coalesce(lease_until::text, 'never')) AS broken
           FROM ${service}.job WHERE state IN ('waiting', 'running')`,
      ),
    ),
    broken(
      installation,
      `SELECT format('%s facts have no place in the public log', count(*)) AS broken
         FROM catalogue.public_fact WHERE position IS NULL HAVING count(*) > 0`,
    ),
    givenUp(installation),
  ]);
  return found.flat();
}

async function givenUp(installation: Installation): Promise<string[]> {
  if (!(await hasEmbeddedBus(installation))) return [];
  return broken(installation, GIVEN_UP);
}

const GIVEN_UP = `
  SELECT format('%s records were given up in %s', count(*), topic) AS broken
    FROM bus.record WHERE topic LIKE '%.dead' GROUP BY topic`;
