import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Build } from '@floe/client';
import { hasKafka, startKafka } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { hasTool } from './outside-tools.ts';
import { sendModel, wish } from './send-model.ts';
import { smallModel, unknownModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';
import { cacheFolder, cleanEnv, root } from './workspace.ts';

const python = join(cacheFolder(), 'python-consumers/bin/python');
/** Whether examples/consumers/install.sh has run. */
const hasPython = await hasTool('CLIENTS', python, '--version');

describe.runIf(hasKafka())('a consumer of the examples', { timeout: 180_000 }, () => {
  it('prints in TypeScript how builds ended', async () => {
    const { expected, printed } = await ends(process.execPath, 'builds-ended.ts');

    expect(printed).toEqual(expected);
  });

  it.runIf(hasPython)('prints in Python how builds ended', async () => {
    const { expected, printed } = await ends(python, 'builds_ended.py');

    expect(printed).toEqual(expected);
  });
});

/** How two builds ended, as a program prints it, whatever the ids of the facts and their order. */
async function ends(
  program: string,
  file: string,
): Promise<Record<'expected' | 'printed', ReadonlySet<string>>> {
  await using kafka = await startKafka();
  await using platform = await PlatformProcess.start({
    env: { FLOE_BUS_URL: `kafka://${kafka.address}` },
  });
  const released = await send(platform, 'seen/iris', await smallModel('iris'));
  const failed = await send(platform, 'seen/rain', await unknownModel('rain'));

  await using consumer = new Consumer([
    program,
    join(root, 'examples/consumers', file),
    kafka.address,
    join(root, 'proto'),
  ]);
  const printed = [await consumer.line(), await consumer.line()];
  return {
    expected: new Set([`${released.id} seen/iris:1 released`, `${failed.id} seen/rain:- failed`]),
    printed: new Set(printed.map((line) => line.replace(/^\S+ /, ''))),
  };
}

function send(
  { url }: PlatformProcess,
  model: string,
  tar: Uint8Array<ArrayBuffer>,
): Promise<Build> {
  return sendModel(url, wish(model, tar), '60s');
}

/** A program that prints a line for each fact, ended with `await using`. */
class Consumer implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor([program = '', ...words]: readonly string[]) {
    this.#process = spawn(program, words, { env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.#process;
    if (stdout === null || stderr === null) throw new Error('the consumer has no output');
    stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the consumer ended: ${this.#errors}`);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
