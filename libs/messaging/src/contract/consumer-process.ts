import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { BusServer } from './bus-server.ts';
import type { ConsumerOrder } from './run-consumer.ts';

/** A consumer in a process of its own; disposing kills it. */
export class ConsumerProcess implements AsyncDisposable {
  /** Rejects when the process ends before it was given a record. */
  readonly reading: Promise<unknown>;
  readonly #exited: Promise<unknown[]>;

  private constructor(private readonly child: ChildProcess) {
    this.#exited = once(child, 'exit');
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const ended = this.#exited.then(() => {
      throw new Error(`the consumer ended: ${said}`);
    });
    this.reading = Promise.race([once(child.stdout ?? child, 'data'), ended]);
    this.reading.catch(() => {});
  }

  static start(
    { consumer, address }: BusServer,
    order: Omit<ConsumerOrder, 'address'>,
  ): ConsumerProcess {
    return new ConsumerProcess(
      spawn(
        process.execPath,
        [
          // The sources as they are, as the tests run them.
          '--experimental-transform-types',
          '--no-warnings',
          '--conditions=@floe/source',
          fileURLToPath(consumer),
          JSON.stringify({ ...order, address }),
        ],
        { stdio: ['pipe', 'pipe', 'pipe'] },
      ),
    );
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The signal that ended the process. */
  async signal(): Promise<unknown> {
    const [, signal] = await this.#exited;
    return signal;
  }

  /** Resident memory in MiB, from /proc. */
  residentMib(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }
}
