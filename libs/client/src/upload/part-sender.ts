import type { BlobState, Blobs } from '../calls/blobs.ts';
import type { Uploads, UploadState } from '../calls/uploads.ts';
import { FloeProblem } from '../transport/errors.ts';
import { BlobSender, type OutgoingBlob, type SendOptions, WholeBlobSender } from './blob-sender.ts';
import { ByteBudget } from './byte-budget.ts';
import { OtherBlob, PartTransfer } from './part-transfer.ts';

/** Of all parts that are being read or sent: four or five of 16 MiB under way, the next behind them. */
const memoryBytes = 6 * 16 * 1024 * 1024;
/** Blobs of up to so many bytes cost less in one piece. */
const wholeBytes = 8 * 1024 * 1024;
/** Each begins with a new answer of the platform: an upload that expired, or was of another blob. */
const mostRounds = 10;
/** The upload is not what it was; asking again tells how it goes on. */
const passed = new Set(['UPLOAD_NOT_FOUND', 'PARTS_MISSING']);

/** Whether a blob of this size is sent in parts, so that its digest need not be known before. */
export function goesInParts(sizeBytes: number): boolean {
  return sizeBytes > wholeBytes;
}

/** In parts, several at once, each byte read and sent once; what broke off goes on where it was. */
export class PartSender extends BlobSender {
  readonly #whole: WholeBlobSender;
  readonly #memory = new ByteBudget(memoryBytes);

  constructor(
    private readonly blobs: Blobs,
    private readonly uploads: Uploads,
  ) {
    super();
    this.#whole = new WholeBlobSender(blobs);
  }

  async send(team: string, blob: OutgoingBlob, options: SendOptions): Promise<string> {
    if (!goesInParts(blob.sizeBytes)) return this.#whole.send(team, blob, options);
    const except: string[] = [];
    let { digest } = blob;
    for (let round = 1; ; round += 1) {
      const asked: BlobState =
        (round === 1 ? blob.answer : undefined) ??
        (await this.#ask(team, { ...blob, digest }, except, options.signal));
      const { state, upload } = asked;
      if (state === 'present' && digest !== undefined) return digest;
      if (state === 'present' || state === 'hash-first') digest = await blob.hash();
      else if (upload === undefined) return this.#whole.send(team, { ...blob, digest }, options);
      else {
        try {
          return await this.#transfer(upload, blob, options);
        } catch (error) {
          if (round === mostRounds || !isPassing(error)) throw error;
          if (error instanceof OtherBlob) except.push(upload.id);
        }
      }
    }
  }

  async #ask(
    team: string,
    { sizeBytes, digest }: OutgoingBlob,
    except: readonly string[],
    signal: AbortSignal,
  ): Promise<BlobState> {
    const question = { sizeBytes, ...(digest !== undefined && { digest }) };
    const [answer] = await this.blobs.ask(team, [question], { signal, except });
    if (answer === undefined) throw new Error('the platform did not answer for the blob');
    return answer;
  }

  async #transfer(upload: UploadState, blob: OutgoingBlob, options: SendOptions): Promise<string> {
    const transfer = new PartTransfer(this.uploads, upload, this.#memory, options);
    const digest = await transfer.run(blob);
    await this.uploads.complete(upload.id, digest, options);
    return digest;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof OtherBlob || (error instanceof FloeProblem && passed.has(error.code));
}
