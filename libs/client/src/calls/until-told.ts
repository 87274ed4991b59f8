import type { Build } from '../answers/build.ts';
import { BuildUntold, FloeProblem } from '../transport/errors.ts';
import { pause } from '../transport/retry.ts';

export interface Untold {
  readonly signal?: AbortSignal | undefined;
  /** For how long the catalogue may know nothing of an accepted build; five minutes without it. */
  readonly untoldMs?: number | undefined;
  /** Called after each answer that does not know the build yet. */
  readonly onUntold?: () => void;
}

const leastMsPerAsk = 100;
const patienceMs = 300_000;

/**
 * The build's first answer. Who takes a build and who tells of it are services of their own: while the consumers of the
 * second form their group anew, it answers 404 for what the first has accepted, and nothing is lost.
 * @throws BuildUntold when it stays so
 */
export async function untilTold(
  id: string,
  ask: () => Promise<Build>,
  { signal, untoldMs = patienceMs, onUntold }: Untold,
): Promise<Build> {
  const begun = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof FloeProblem) || error.code !== 'BUILD_NOT_FOUND') throw error;
      const untoldFor = performance.now() - begun;
      if (untoldFor > untoldMs) throw new BuildUntold(id, untoldFor, error);
      onUntold?.();
    }
    await pause(leastMsPerAsk, signal);
  }
}
