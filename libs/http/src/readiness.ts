/** One part that a service needs; resolves when it works, rejects with the reason when it does not. */
export interface ReadinessCheck {
  readonly name: 'database' | 'bus' | 'store' | 'registry' | 'consumers';
  check(signal: AbortSignal): Promise<void>;
}

export interface Readiness {
  readonly status: 'ready' | 'not-ready';
  /** `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

const CHECK_DEADLINE_MS = 3_000;

/** What the services of this process need, collected while they start. */
export class ReadinessChecks {
  readonly #checks: ReadinessCheck[] = [];

  add(check: ReadinessCheck): void {
    this.#checks.push(check);
  }

  /** Asks every part at once; a part that is checked twice is well only when both are. */
  async read(): Promise<Readiness> {
    const signal = AbortSignal.timeout(CHECK_DEADLINE_MS);
    const results = await Promise.all(
      this.#checks.map(async (part) => [part.name, await outcome(part, signal)] as const),
    );
    const checks: Record<string, string> = {};
    for (const [name, result] of results) {
      if (checks[name] === undefined || result !== 'ok') checks[name] = result;
    }
    const ready = results.every(([, result]) => result === 'ok');
    return { status: ready ? 'ready' : 'not-ready', checks };
  }
}

async function outcome(part: ReadinessCheck, signal: AbortSignal): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new Error('gave no answer in time')), {
    once: true,
  });
  try {
    await Promise.race([part.check(signal), late]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
