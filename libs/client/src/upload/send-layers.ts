import type { BlobState } from '../calls/blobs.ts';
import type { BlobSender } from './blob-sender.ts';
import { inFlight } from './in-flight.ts';
import type { LocalLayer } from './local-layer.ts';
import type { LocalModel } from './local-model.ts';
import type { OnProgress } from './progress.ts';

export interface MissingLayer {
  readonly layer: LocalLayer;
  readonly digest: string | undefined;
  readonly answer: BlobState | undefined;
}

interface Sending {
  readonly sender: BlobSender;
  readonly team: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly onSent: (bytes: number) => void;
}

const mostAtOnce = 4;

/** Sends what the team has not proven, several layers at once; afterwards the digest of each is known. */
export async function sendLayers(
  missing: readonly MissingLayer[],
  local: LocalModel,
  sending: Sending,
): Promise<void> {
  const done = new Map<LocalLayer, number>();
  const underWay = new Set<LocalLayer>();
  const totalBytes = missing.reduce((sum, { layer }) => sum + layer.sizeBytes, 0);
  const told = (): void =>
    sending.onProgress?.({
      stage: 'sending',
      doneBytes: [...done.values()].reduce((sum, bytes) => sum + bytes, 0),
      totalBytes,
      layers: local.layers.length,
      presentLayers: local.layers.length - missing.length,
      inFlight: Array.from(underWay, ({ plan }) => plan.firstPath),
    });
  told();
  await inFlight(
    missing,
    mostAtOnce,
    async ({ layer, digest: known, answer }, signal) => {
      underWay.add(layer);
      const open = (): AsyncIterable<Uint8Array> =>
        counted(layer.open(), (bytes) => {
          done.set(layer, bytes);
          told();
        });
      const digest = await sending.sender.send(
        sending.team,
        {
          digest: known,
          answer,
          sizeBytes: layer.sizeBytes,
          open,
          hash: () => hashed(layer, local),
        },
        { signal, onSent: sending.onSent },
      );
      underWay.delete(layer);
      await local.learn(layer, digest);
      layer.release(local.held);
    },
    sending.signal,
  );
}

async function hashed(layer: LocalLayer, local: LocalModel): Promise<string> {
  const [digest] = await local.digestsOf([layer]);
  if (digest === undefined) throw new Error('a layer has no digest');
  return digest;
}

/** Tells the bytes given so far; an attempt that begins again begins at none. */
async function* counted(
  source: AsyncIterable<Uint8Array>,
  onTotal: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of source) {
    yield chunk;
    total += chunk.length;
    onTotal(total);
  }
}
