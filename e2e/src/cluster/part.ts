import { spawnSync } from 'node:child_process';

import { eventually } from '@floe/testing';
import {
  type ContainerRuntimeClient,
  GenericContainer,
  getContainerRuntimeClient,
  Network,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';

import { reapAtExit } from './reap-at-exit.ts';
import { OWNER, ownName, sweepLeft } from './sweep-left.ts';

// The image of the library's own sweeper cannot be pulled everywhere. Read when the first container starts.
// oxlint-disable-next-line node/no-process-env -- A switch of the library, no setting of any service.
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';

type ContainerHandle = ReturnType<ContainerRuntimeClient['container']['getById']>;

const START_MS = 120_000;
const STOP_S = 20;

export interface PartOptions {
  readonly image: string;
  readonly network: StartedNetwork;
  /** Port inside the container, and the one of 127.0.0.1 that leads to it, also after a restart. */
  readonly ports: readonly { readonly container: number; readonly host: number }[];
  readonly env: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Rejects until it can be used. */
  readonly probe: () => Promise<unknown>;
}

/** For the containers of one cluster: engines of one machine may take the default network from each other. */
export async function startNetwork(): Promise<StartedNetwork> {
  await sweepLeft();
  return new Network({ nextUuid: ownName }).start();
}

/** A server in a container, which a test may stop, kill and start again; its data and its addresses stay. */
export class Part implements AsyncDisposable {
  private constructor(
    private readonly container: StartedTestContainer,
    private readonly probe: () => Promise<unknown>,
    private readonly reaping: Disposable,
  ) {}

  static async start({ image, network, ports, env, command, probe }: PartOptions): Promise<Part> {
    let building = new GenericContainer(image)
      .withEnvironment({ ...env })
      .withNetwork(network)
      .withExposedPorts(...ports)
      .withLabels({ [OWNER]: String(process.pid) })
      // An open port says nothing: Docker opens it before the server does.
      .withWaitStrategy(Wait.forAll([]));
    if (command !== undefined) building = building.withCommand([...command]);
    const container = await building.start();
    const reaping = reapAtExit(() => {
      spawnSync('docker', ['rm', '-f', '-v', container.getId()]);
    });
    await using undone = new AsyncDisposableStack();
    const part = undone.use(new Part(container, probe, reaping));
    await part.#ready();
    undone.move();
    return part;
  }

  /** Runs a program inside; gives what it printed. */
  async run(...words: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.container.exec([...words]);
    if (exitCode !== 0) throw new Error(`${words[0]} ended with ${exitCode}: ${output}`);
    return output;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await (await this.#docker()).stop({ t: STOP_S });
  }

  /** Ends it by SIGKILL, as a power cut would. */
  async kill(): Promise<void> {
    await (await this.#docker()).kill();
  }

  /** Starts it again; resolves when it can be used. */
  async start(): Promise<void> {
    await (await this.#docker()).start();
    await this.#ready();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reaping[Symbol.dispose]();
    await this.container.stop({ timeout: 0, remove: true, removeVolumes: true });
  }

  async #ready(): Promise<void> {
    await eventually(() => this.probe().then(() => true), { deadlineMs: START_MS });
  }

  async #docker(): Promise<ContainerHandle> {
    return (await getContainerRuntimeClient()).container.getById(this.container.getId());
  }
}
