import { Turns } from './turns.ts';

/** Work without a wait in it, in steps of well below a millisecond each. */
export type Steps<Result> = Generator<void, Result, void>;

/** Of a list, in one step. */
const ITEMS_OF_A_STEP = 128;

export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same, and the event loop goes on in between: for servers, whose models may have hundreds of thousands of files. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  const turns = new Turns();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (turns.isOver) await turns.pause();
  }
}

/** Does something with each of a list, in steps. */
export function* stepping<T>(items: Iterable<T>, work: (item: T) => void): Steps<void> {
  let left = ITEMS_OF_A_STEP;
  for (const item of items) {
    work(item);
    if (--left > 0) continue;
    yield;
    left = ITEMS_OF_A_STEP;
  }
}
