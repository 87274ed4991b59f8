interface Waiting<Asked, Answer> {
  readonly asked: Asked;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does what several callers ask for at the same time as one piece of work. One is under way at a time, what is asked
 * meanwhile is the next: under load each costs less, and nobody waits when alone.
 */
export class Together<Asked, Answer> {
  readonly #waiting: Waiting<Asked, Answer>[] = [];
  #running = false;

  /**
   * @param work gives an answer for each that it is asked, in their order; what it did before it rejects must not count
   * @param most asked at once
   * @param mayBeOnes whether an error may be the fault of one alone: each is then asked by itself, so that nobody
   *   fails for another; else it is everybody's
   * @param rest waits after a piece of work that was done, so that more is asked for before the next
   */
  constructor(
    private readonly work: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
    private readonly most: number,
    private readonly mayBeOnes: (error: unknown) => boolean,
    private readonly rest?: (asked: readonly Asked[], ms: number) => Promise<void>,
  ) {}

  ask(asked: Asked): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ asked, resolve, reject });
    if (!this.#running) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.most);
      const begun = performance.now();
      if (await this.#answered(batch)) {
        const asked = batch.map((one) => one.asked);
        await this.rest?.(asked, performance.now() - begun);
      } else for (const one of batch) await this.#answerAlone(one);
    }
    this.#running = false;
  }

  /** Gives false when several are to be asked one by one. */
  async #answered(batch: readonly Waiting<Asked, Answer>[]): Promise<boolean> {
    const [first, second] = batch;
    if (first !== undefined && second === undefined) {
      await this.#answerAlone(first);
      return true;
    }
    try {
      const answers = await this.work(batch.map(({ asked }) => asked));
      for (const [nth, { resolve }] of batch.entries()) resolve(answers[nth] as Answer);
      return true;
    } catch (error) {
      if (this.mayBeOnes(error)) return false;
      for (const { reject } of batch) reject(error);
      return true;
    }
  }

  async #answerAlone({ asked, resolve, reject }: Waiting<Asked, Answer>): Promise<void> {
    try {
      const [answer] = await this.work([asked]);
      resolve(answer as Answer);
    } catch (error) {
      reject(error);
    }
  }
}
