import { everyItem, type FloeClient, inFlight, type Model, type Version } from '@floe/client';

import { modelText } from '../names/model-name.ts';
import type { Report } from './report.ts';
import { type AliasOptions, verifyAliases } from './verify-aliases.ts';
import { ImageCheck } from './verify-image.ts';

export interface ModelOptions extends AliasOptions {
  readonly deep: boolean;
  readonly hasImages: boolean;
  /** `team/name:n` of each build that was seen; filled here. */
  readonly versionOf: Map<string, string>;
}

const PAGE_ITEMS = 1_000;
const AT_ONCE = 8;

/** Versions 1 … n, each of a build of its own, each with its image. */
export async function verifyModel(
  client: FloeClient,
  model: Model,
  options: ModelOptions,
  report: Report,
): Promise<void> {
  const { signal, versionOf } = options;
  const versions: Version[] = [];
  const listed = everyItem(
    async (after) => await client.models.versions(model, { after, limit: PAGE_ITEMS, signal }),
  );
  for await (const version of listed) versions.push(version);
  report.counts.models += 1;
  report.counts.versions += versions.length;
  checkNumbers(model, versions, report);
  for (const version of versions) checkBuild(version, versionOf, report);
  if (!options.hasImages) return;
  const images = new ImageCheck(client, model, options, report);
  await inFlight(versions, AT_ONCE, (version) => images.execute(version), signal);
  await verifyAliases(client, model, options, report);
}

/** The list is newest first, and what was added since it began is not in it. */
function checkNumbers(model: Model, versions: readonly Version[], report: Report): void {
  const newest = versions[0]?.version ?? 0;
  if (newest < model.versionCount) {
    const message = `${model.versionCount} numbers were given, the newest listed is ${newest}`;
    report.add('versions', modelText(model), message);
  }
  versions.forEach(({ version }, index) => {
    const below = versions[index + 1]?.version ?? 0;
    if (below === version - 1) return;
    report.add('versions', modelText(model), `has ${version} right above ${below}`);
  });
  if (versions.length !== newest)
    report.add('versions', modelText(model), `has ${versions.length} versions up to ${newest}`);
}

function checkBuild(version: Version, versionOf: Map<string, string>, report: Report): void {
  const subject = `${version.team}/${version.model}:${version.version}`;
  const other = versionOf.get(version.buildId);
  if (other !== undefined)
    report.add('versions', subject, `is of build ${version.buildId}, as is ${other}`);
  versionOf.set(version.buildId, subject);
}
