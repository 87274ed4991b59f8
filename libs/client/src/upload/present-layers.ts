import type { ModelName } from '../calls/names.ts';
import type { CallOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { FloeProblem } from '../transport/errors.ts';
import { latestImage } from './latest-image.ts';
import type { LocalModel } from './local-model.ts';

/** The digests of a local model that would not be sent, as far as the platform tells them without a build. */
export async function presentLayers(
  client: FloeClient,
  model: ModelName,
  local: LocalModel,
  options: CallOptions = {},
): Promise<ReadonlySet<string>> {
  const digests = await local.digests(options);
  const questions = local.layers.map(({ sizeBytes }, index) => {
    const digest = digests[index];
    return { sizeBytes, ...(digest !== undefined && { digest }) };
  });
  try {
    const answers = await client.blobs.ask(model.team, questions, options);
    return new Set(digests.filter((_, index) => answers[index]?.state === 'present'));
  } catch (error) {
    // A platform without the parts protocol cannot be asked; what the latest version holds is known all the same.
    if (!(error instanceof FloeProblem) || ![404, 405].includes(error.status)) throw error;
    const latest = await latestImage(client, model, options);
    const layers = new Set(latest?.layers);
    return new Set(digests.filter((digest) => layers.has(digest)));
  }
}
