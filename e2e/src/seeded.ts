import { randomInt } from 'node:crypto';

/** The seed of this run's random moments, said aloud; `FLOE_SEED` gives the same moments again. */
export function seedOfTheRun(): number {
  // oxlint-disable-next-line node/no-process-env -- A switch of the test run, no setting of any service.
  const given = process.env['FLOE_SEED'];
  const seed = given === undefined ? randomInt(2 ** 31) : Number(given);
  process.stderr.write(`FLOE_SEED=${seed}\n`);
  return seed;
}

/** Numbers within [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
