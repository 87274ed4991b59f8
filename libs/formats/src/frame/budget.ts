import { BudgetExhausted } from './errors.ts';
import type { Inspection } from './inspection.ts';

/** What reading one model may cost. */
export interface BudgetLimits {
  readonly bytes: number;
  readonly requests: number;
  readonly timeMs: number;
  /** Heap of the worker, and what a reader may hold of a file at once. */
  readonly memoryBytes: number;
  /** Of what is told of it, as JSON: signature, where each cell was found, class labels. */
  readonly answerBytes: number;
}

/**
 * Measured on the formats that people upload: 226 MB of ONNX need 48 requests and 194 KB; 20,000 inputs make an answer
 * of 9 MB.
 */
export const defaultBudget: BudgetLimits = {
  bytes: 32 * 2 ** 20,
  requests: 1024,
  timeMs: 30_000,
  memoryBytes: 256 * 2 ** 20,
  answerBytes: 16 * 2 ** 20,
};

/** Counts what reading one model costs; throws `BudgetExhausted` before the limit is passed. */
export class Budget {
  readonly limits: BudgetLimits;
  private bytes = 0;
  private requests = 0;

  constructor(limits: BudgetLimits = defaultBudget) {
    this.limits = limits;
  }

  /** To be called before each read of `bytes` bytes. */
  spend(bytes: number): void {
    const { limits } = this;
    if (this.requests + 1 > limits.requests)
      throw new BudgetExhausted(`Reading the model takes more than ${limits.requests} requests.`);
    if (this.bytes + bytes > limits.bytes)
      throw new BudgetExhausted(`Reading the model takes more than ${limits.bytes} bytes of it.`);
    this.requests += 1;
    this.bytes += bytes;
  }

  /** To be called before `bytes` bytes of a file are held in one piece. */
  hold(bytes: number): void {
    if (bytes > Math.min(this.limits.bytes, this.limits.memoryBytes / 4))
      throw new BudgetExhausted(`A single value of the model has ${bytes} bytes.`);
  }

  /** To be called with what is told of the model. */
  tell({ signature, evidence, classLabels }: Told): void {
    const bytes = Buffer.byteLength(JSON.stringify([signature, evidence, classLabels]));
    if (bytes > this.limits.answerBytes)
      throw new BudgetExhausted(
        `The signature, with where each part was found, has ${bytes} bytes, more than ${this.limits.answerBytes}.`,
      );
  }
}

type Told = Pick<Inspection, 'signature' | 'evidence' | 'classLabels'>;
