import { type Build, everyItem, type FloeClient } from '@floe/client';

import { durationText } from '../render/quantities.ts';
import type { Report } from './report.ts';
import { faultOf } from './verify-image.ts';

interface BuildsOptions {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** `team/name:n` of each build that has a version. */
  readonly versionOf: ReadonlyMap<string, string>;
}

const PAGE_ITEMS = 1_000;
const OPEN = ['received', 'inferring', 'queued', 'building', 'assigning', 'publishing'] as const;

/** Every build has ended or moves, and every released one has its version. */
export async function verifyBuilds(
  client: FloeClient,
  options: BuildsOptions,
  report: Report,
): Promise<void> {
  const { signal } = options;
  const inState = (state: Build['state']): AsyncGenerator<Build> =>
    everyItem(
      async (after) => await client.builds.list({ state, after, limit: PAGE_ITEMS, signal }),
    );
  for (const state of OPEN) {
    for await (const build of inState(state)) {
      report.counts.openBuilds += 1;
      checkMoves(build, options.patienceMs, report);
    }
  }
  for await (const build of inState('released')) await checkVersion(client, build, options, report);
}

function checkMoves(build: Build, patienceMs: number, report: Report): void {
  const since = Date.parse(build.updatedAt ?? build.createdAt ?? '');
  const silentMs = Date.now() - since;
  if (!(silentMs > patienceMs)) return;
  const reason = build.delayed === undefined ? '' : ` (${build.delayed})`;
  report.add('builds', build.id, `${build.state} for ${durationText(silentMs)}${reason}`);
}

/** A build that was released after its model was read is asked for. */
async function checkVersion(
  client: FloeClient,
  { id, team, model, version = 0 }: Build,
  { versionOf, signal }: BuildsOptions,
  report: Report,
): Promise<void> {
  const expected = `${team}/${model}:${version}`;
  const listed = versionOf.get(id);
  if (listed === expected) return;
  if (listed !== undefined)
    return report.add('builds', id, `was released as ${expected}, but is listed as ${listed}`);
  try {
    const found = await client.models.version({ team, name: model }, version, { signal });
    if (found.buildId !== id)
      report.add('builds', id, `was released as ${expected}, which is of ${found.buildId}`);
  } catch (error) {
    report.add('builds', id, `was released as ${expected}: ${faultOf(error)}`);
  }
}
