import { everyItem, type FloeClient } from '@floe/client';

import { Report } from './report.ts';
import { verifyBuilds } from './verify-builds.ts';
import { verifyModel } from './verify-model.ts';
import { verifyService } from './verify-service.ts';

export interface VerifyOptions {
  /** Read every blob and hash it. */
  readonly deep: boolean;
  /** An open build of which nothing was told for so long is stuck. */
  readonly patienceMs: number;
  /** The processes that tell of themselves. */
  readonly services: readonly FloeClient[];
  readonly signal: AbortSignal;
  /** Called after each model. */
  readonly onModel: (report: Report) => void;
}

const PAGE_ITEMS = 1_000;

/**
 * Checks from outside, and while it works, whether the platform keeps its promises. What changes meanwhile is looked at
 * again before it is told. Rejects when the platform cannot be asked.
 */
export async function verifyPlatform(client: FloeClient, options: VerifyOptions): Promise<Report> {
  const { signal } = options;
  const report = new Report();
  for (const service of options.services) await verifyService(service, options, report);
  const { parts } = await client.platform({ signal });
  const hasImages = !(parts instanceof Object && 'registry' in parts && parts.registry === 'other');
  if (!hasImages) report.notes.push('the images are in another registry; they were not looked at');
  const versionOf = new Map<string, string>();
  const models = everyItem(
    async (after) => await client.models.list({ after, limit: PAGE_ITEMS, signal }),
  );
  for await (const model of models) {
    await verifyModel(client, model, { ...options, hasImages, versionOf }, report);
    options.onModel(report);
  }
  await verifyBuilds(client, { ...options, versionOf }, report);
  return report;
}
