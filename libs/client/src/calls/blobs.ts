import { z } from 'zod';

import type { Transport } from '../transport/transport.ts';
import type { CallOptions } from './options.ts';
import { uploadState } from './uploads.ts';

export interface BlobQuestion {
  readonly sizeBytes: number;
  readonly digest?: string;
}

export interface AskOptions extends CallOptions {
  /** Uploads that were found to be of other bytes. */
  readonly except?: readonly string[];
}

export interface BlobContent {
  readonly sizeBytes: number;
  /** Opened anew by each attempt. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

const states = z.object({
  blobs: z.array(
    z.object({
      state: z.enum(['present', 'resume', 'send', 'hash-first']),
      digest: z.string().optional(),
      /** Where it is to be sent in parts. */
      upload: uploadState.optional(),
    }),
  ),
});

export type BlobState = z.output<typeof states>['blobs'][number];

const maxQuestions = 1000;

/** The bytes that a team has proven to hold. */
export class Blobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What the team has of these, in the order asked. */
  async ask(
    team: string,
    questions: readonly BlobQuestion[],
    { except = [], ...options }: AskOptions = {},
  ): Promise<BlobState[]> {
    const answers: BlobState[] = [];
    for (let from = 0; from < questions.length; from += maxQuestions) {
      const blobs = questions.slice(from, from + maxQuestions);
      const answer = await this.#transport.json(
        {
          method: 'POST',
          path: blobsPath(team),
          body: { json: { blobs, ...(except.length > 0 && { except }) } },
          ...options,
        },
        states,
      );
      answers.push(...answer.blobs);
    }
    return answers;
  }

  /** Sends a whole blob; the platform proves the digest while the bytes arrive. */
  async put(
    team: string,
    digest: string,
    content: BlobContent,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#transport.call(
      {
        method: 'PUT',
        path: `${blobsPath(team)}/${digest}`,
        body: { ...content, type: 'application/octet-stream' },
        ...options,
      },
      async (response) => {
        await response.arrayBuffer();
      },
    );
  }
}

function blobsPath(team: string): string {
  return `/api/v1/teams/${encodeURIComponent(team)}/blobs`;
}
