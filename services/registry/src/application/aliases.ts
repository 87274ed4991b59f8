import type { Transaction } from '@floe/messaging';

/** The names of a model's versions that the platform moves. */
export abstract class Aliases {
  abstract has(repository: string, alias: string, tx: Transaction): Promise<boolean>;

  /**
   * Remembers what the alias names, `undefined` for nothing any more. Gives false, and changes nothing, for a move
   * older than the last one.
   */
  abstract record(
    repository: string,
    move: {
      readonly alias: string;
      readonly sequence: number;
      readonly digest: string | undefined;
    },
    tx: Transaction,
  ): Promise<boolean>;
}
