import type { BlobState, Blobs } from '../calls/blobs.ts';
import type { LocalLayer } from './local-layer.ts';
import type { DigestOptions, LocalModel } from './local-model.ts';
import { goesInParts } from './part-sender.ts';
import type { MissingLayer } from './send-layers.ts';

interface Asking extends DigestOptions {
  readonly blobs: Blobs;
  readonly team: string;
}

/**
 * The layers that have to be sent, as far as that needs no reading of large ones: those are asked for by their size,
 * and hashed before only where the team has a blob of exactly that size.
 */
export async function askLayers(
  layers: readonly LocalLayer[],
  local: LocalModel,
  asking: Asking,
): Promise<readonly MissingLayer[]> {
  await local.digestsOf(
    layers.filter(({ sizeBytes }) => !goesInParts(sizeBytes)),
    asking,
  );
  if (!layers.some(({ sizeBytes }) => goesInParts(sizeBytes))) return unasked(layers, local);
  const asked = await ask(layers, local, asking);
  const first = asked.filter(({ answer }) => answer?.state === 'hash-first');
  await local.digestsOf(
    first.map(({ layer }) => layer),
    asking,
  );
  const again =
    first.length > 0
      ? await ask(
          first.map(({ layer }) => layer),
          local,
          asking,
        )
      : [];
  const answers = new Map([...asked, ...again].map((each) => [each.layer, each]));
  return [...answers.values()].filter(({ answer }) => answer?.state !== 'present');
}

/** One piece each, and the platform has said that it misses them. */
async function unasked(
  layers: readonly LocalLayer[],
  local: LocalModel,
): Promise<readonly MissingLayer[]> {
  const digests = await Promise.all(layers.map((layer) => local.knownDigest(layer)));
  return layers.map((layer, index) => ({ layer, digest: digests[index], answer: undefined }));
}

async function ask(
  layers: readonly LocalLayer[],
  local: LocalModel,
  { blobs, team, signal }: Asking,
): Promise<readonly MissingLayer[]> {
  const digests = await Promise.all(layers.map((layer) => local.knownDigest(layer)));
  const questions = layers.map(({ sizeBytes }, index) => {
    const digest = digests[index];
    return { sizeBytes, ...(digest !== undefined && { digest }) };
  });
  const answers: readonly BlobState[] = await blobs.ask(team, questions, { signal });
  return layers.map((layer, index) => ({ layer, digest: digests[index], answer: answers[index] }));
}
