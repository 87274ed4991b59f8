import { ReadinessChecks } from '@floe/http';
import { Router } from '@floe/messaging';
import { Relay } from '@floe/outbox';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Something that runs until it is disposed of, such as a router or the workers of a queue. */
export interface Startable {
  start(): AsyncDisposable;
}

/** What a service runs, in the order of starting. */
export class Startables {
  constructor(readonly list: readonly Startable[]) {}
}

/** Starts and stops what a service runs. */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #open = new AsyncDisposableStack();

  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: Relay,
    private readonly startables: Startables,
    private readonly router: Router,
    private readonly checks: ReadinessChecks,
  ) {}

  onApplicationBootstrap(): void {
    this.#open.defer(() => this.dataSource.destroy());
    this.#open.use(this.relay.start());
    this.checks.add({ name: 'consumers', check: async () => this.#checkConsumer() });
    for (const startable of this.startables.list) this.#open.use(startable.start());
  }

  /** In reverse: no fact is taken any more when the relay stops, nothing publishes when the database closes. */
  async onApplicationShutdown(): Promise<void> {
    await this.#open.disposeAsync();
  }

  #checkConsumer(): void {
    if (!this.router.joined)
      throw new Error('not (yet) a member of the group that reads the facts');
  }
}
