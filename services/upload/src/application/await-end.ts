import { Doorbells } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import type { KnownBuild } from '../domain/build.ts';
import { Builds } from './builds.ts';

/** Another process may have been told: without news it is time to look again. */
const NET_MS = 1_000;

/** Holds answers until their build ends. */
@Injectable()
export class AwaitEnd {
  readonly #news = new Doorbells();

  constructor(private readonly builds: Builds) {}

  /** The build may have ended: whoever waits for it looks again. */
  ring(buildId: string): void {
    this.#news.ring(buildId);
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
