import type { BlobSender } from './blob-sender.ts';
import { inFlight } from './in-flight.ts';
import type { LocalLayer } from './local-layer.ts';
import type { LocalModel } from './local-model.ts';
import type { OnProgress } from './progress.ts';

interface Missing {
  readonly layer: LocalLayer;
  readonly digest: string;
}

interface Sending {
  readonly sender: BlobSender;
  readonly team: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const mostAtOnce = 4;

/** Sends what the team has not proven, several layers at once. */
export async function sendLayers(
  missing: readonly Missing[],
  local: LocalModel,
  sending: Sending,
): Promise<void> {
  const sent = new Map<string, number>();
  const totalBytes = missing.reduce((sum, { layer }) => sum + layer.sizeBytes, 0);
  const told = (): void =>
    sending.onProgress?.({
      stage: 'sending',
      doneBytes: [...sent.values()].reduce((sum, bytes) => sum + bytes, 0),
      totalBytes,
      layers: local.layers.length,
      presentLayers: local.layers.length - missing.length,
    });
  told();
  await inFlight(
    missing,
    mostAtOnce,
    async ({ layer, digest }, signal) => {
      const open = (): AsyncIterable<Uint8Array> =>
        counted(layer.open(), (bytes) => {
          sent.set(digest, bytes);
          told();
        });
      await sending.sender.send(sending.team, { digest, sizeBytes: layer.sizeBytes, open }, signal);
      layer.release(local.held);
    },
    sending.signal,
  );
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
