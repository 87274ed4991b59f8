import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { BuildNotFound } from '../domain/errors.ts';
import { type BuildRow, CatalogueQueries } from './catalogue-queries.ts';
import { EndedBuilds } from './end-build.ts';

/** A build is known from its 202 on, though its fact may still be under way: an unknown id is waited for. */
const ARRIVAL_MS = 2_000;
const LOOK_MS = 20;
/** Another process may have ended it: without news it is time to look again. */
const NET_MS = 1_000;

@Injectable()
export class FindBuild {
  constructor(
    private readonly queries: CatalogueQueries,
    private readonly endedBuilds: EndedBuilds,
  ) {}

  /**
   * Gives the build as it is, or, within `waitMs`, as it ended.
   * Throws BuildNotFound when nothing tells of it within two seconds.
   */
  async execute(buildId: string, waitMs: number, signal: AbortSignal): Promise<BuildRow> {
    const build = await this.#arrived(buildId, signal);
    if (waitMs === 0) return build;
    return this.#ended(build, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]));
  }

  async #ended(known: BuildRow, deadline: AbortSignal): Promise<BuildRow> {
    let build = known;
    while (!build.told.ended && !deadline.aborted) {
      // Listen before looking: an end between the two would be missed until the next look.
      const news = this.endedBuilds.wait(build.buildId, NET_MS, deadline);
      build = (await this.queries.build(build.buildId)) ?? build;
      if (!build.told.ended) await news;
    }
    return build;
  }

  async #arrived(buildId: string, signal: AbortSignal): Promise<BuildRow> {
    const late = Date.now() + ARRIVAL_MS;
    for (;;) {
      const build = await this.queries.build(buildId);
      // A fact of a later stage may come first: the build is shown once it is known what it is of.
      if (build?.told.uploaded ?? build?.told.ended) return build;
      if (Date.now() > late || signal.aborted) {
        if (build) return build;
        throw new BuildNotFound(buildId);
      }
      await sleep(LOOK_MS);
    }
  }
}
