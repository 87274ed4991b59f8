import { Doorbells } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import type { KnownBuild } from '../domain/build.ts';
import { Builds } from './builds.ts';

/** Without a ring for so long it is time to look again: the ring of another process does not reach this one. */
const NET_MS = 10_000;

/** Holds answers until their build ends. */
@Injectable()
export class AwaitEnd {
  readonly #news = new Doorbells();

  constructor(private readonly builds: Builds) {}

  /** The build may have ended: whoever waits for it looks again. */
  ring(buildId: string): void {
    this.#news.ring(buildId);
  }

  /** Rings for those that ended by another process' doing: one look for all who wait here. */
  async lookForAll(): Promise<void> {
    const waited = [...this.#news.keys()];
    if (waited.length === 0) return;
    for (const buildId of await this.builds.endedOf(waited)) this.ring(buildId);
  }

  /** Gives the build once it has ended, or as it is when `deadline` is aborted. */
  async execute(buildId: string, deadline: AbortSignal): Promise<KnownBuild | undefined> {
    for (;;) {
      // Listen before looking: an end between the two would be missed until the next look.
      const news = this.#news.wait(buildId, NET_MS, deadline);
      const build = await this.builds.find(buildId);
      if (build?.ended || deadline.aborted) return build;
      await news;
    }
  }
}
