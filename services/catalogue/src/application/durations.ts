import type { BuildEnded } from '@floe/contracts';

/** Is told how long ended builds took. */
export abstract class Durations {
  abstract ended(end: BuildEnded): void;
}
