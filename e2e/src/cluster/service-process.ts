import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { eventually, freePort } from '@floe/testing';

import { cleanEnv, root } from '../workspace.ts';
import { reapAtExit } from './reap-at-exit.ts';

const END_WITH_PARENT = new URL('end-with-parent.ts', import.meta.url).href;
const READY_MS = 90_000;
const STOP_MS = 30_000;
const KEPT_CHARACTERS = 20_000;

/** One replica of a service as a process of its own on a port of loopback, which a test may end and start again. */
export class ServiceProcess implements AsyncDisposable {
  #child: ChildProcess | undefined;
  #ended: Promise<NodeJS.Signals | number | null> = Promise.resolve(null);
  #said = '';
  readonly #reaping = reapAtExit(() => void this.#child?.kill('SIGKILL'));

  private constructor(
    readonly name: string,
    readonly url: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Starts nothing. */
  static async create(
    name: string,
    env: Readonly<Record<string, string>>,
  ): Promise<ServiceProcess> {
    return new ServiceProcess(name, `http://127.0.0.1:${await freePort()}`, env);
  }

  get runs(): boolean {
    return this.#child !== undefined;
  }

  /** The last of what it logged, over all its runs. */
  get said(): string {
    return this.#said;
  }

  /** Starts it and does not wait. */
  launch(env: Readonly<Record<string, string>> = {}): void {
    if (this.#child !== undefined) throw new Error(`${this.name} runs already`);
    const main = join(root, 'services', this.name, 'dist/main.js');
    const child = spawn(process.execPath, ['--import', END_WITH_PARENT, main], {
      cwd: root,
      env: { ...cleanEnv(), FLOE_PORT: new URL(this.url).port, ...this.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-KEPT_CHARACTERS);
      });
    this.#child = child;
    this.#ended = once(child, 'close').then(([code, signal]) => {
      this.#child = undefined;
      return (signal as NodeJS.Signals | null) ?? (code as number | null);
    });
  }

  /** Starts it; resolves when it says that it is ready. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.launch(env);
    await this.ready();
  }

  async ready(): Promise<void> {
    try {
      await eventually(async () => !this.runs || (await this.readiness()).status === 'ready', {
        deadlineMs: READY_MS,
      });
    } catch (cause) {
      throw new Error(`${this.name} is not ready: ${this.#said}`, { cause });
    }
    if (!this.runs) throw new Error(`${this.name} ended before it was ready: ${this.#said}`);
  }

  /** What `/readyz` says; rejects when nobody answers. */
  async readiness(): Promise<Readiness> {
    const signal = AbortSignal.timeout(READY_MS);
    return (await fetch(`${this.url}/readyz`, { signal })).json() as Promise<Readiness>;
  }

  /** The signal by which the process ended, or its exit code. */
  ended(): Promise<NodeJS.Signals | number | null> {
    return this.#ended;
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Ends it in order. */
  async stop(): Promise<NodeJS.Signals | number | null> {
    const child = this.#child;
    child?.kill('SIGTERM');
    const patience = setTimeout(() => child?.kill('SIGKILL'), STOP_MS);
    const end = await this.#ended;
    clearTimeout(patience);
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reaping[Symbol.dispose]();
    await this.kill();
  }
}

interface Readiness {
  readonly status: string;
  /** `ok` or why not, by part. */
  readonly checks: Readonly<Record<string, string>>;
}
