import { broken, hasEmbeddedBus, type Installation } from './installation.ts';
import { SERVICES } from './services.ts';

/** A large fact stands there by its digest. */
const IN_STORE = `length(outbox.value) > 200000
  AND position(convert_to('sha256:' || encode(sha256(outbox.value), 'hex'), 'UTF8') IN record.value) > 0`;

/** Whatever a service believes to have told is in the log of the embedded bus, byte for byte. */
export async function lostFacts(installation: Installation): Promise<string[]> {
  if (!(await hasEmbeddedBus(installation))) return [];
  const found = await Promise.all(
    SERVICES.map((service) =>
      broken(
        installation,
        `SELECT format('${service} has told the fact %s, which is not in %s', position, topic) AS broken
           FROM ${service}.outbox WHERE sent_at IS NOT NULL AND NOT EXISTS (
             SELECT FROM bus.record WHERE record.topic = outbox.topic AND record.key = outbox.key AND (record.value = outbox.value OR ${IN_STORE}))`,
      ),
    ),
  );
  return found.flat();
}
