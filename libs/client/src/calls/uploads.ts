import { z } from 'zod';

import type { Transport } from '../transport/transport.ts';
import type { CallOptions } from './options.ts';

/** An upload in parts, as far as it came. */
export const uploadState = z.object({
  id: z.string(),
  sizeBytes: z.number(),
  partSizeBytes: z.number(),
  parts: z.array(
    z.object({
      number: z.number(),
      sizeBytes: z.number(),
      state: z.enum(['missing', 'received']),
      crc32: z.string().optional(),
      url: z.string(),
    }),
  ),
});

export type UploadState = z.output<typeof uploadState>;
export type PartState = UploadState['parts'][number];

export interface PartContent {
  readonly chunks: readonly Uint8Array[];
  readonly crc32: string;
}

/** For so long the platform holds its answer while it proves the bytes. */
const heldMs = 10_000;

/** Blobs on their way to the platform, in parts. */
export class Uploads {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async get(id: string, options: CallOptions = {}): Promise<UploadState> {
    return await this.#transport.json(
      { method: 'GET', path: uploadPath(id), ...options },
      uploadState,
    );
  }

  /** Sends a part; resolves when the platform has it durably. It may be sent again if in doubt. */
  async put(
    { url, sizeBytes }: PartState,
    { chunks, crc32 }: PartContent,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#transport.call(
      {
        method: 'PUT',
        path: url,
        headers: { 'x-floe-crc32': crc32 },
        body: {
          open: () => ReadableStream.from(chunks),
          sizeBytes,
          type: 'application/octet-stream',
        },
        ...options,
      },
      async (response) => {
        await response.arrayBuffer();
      },
    );
  }

  /** States the digest; resolves when the platform has proven it, however long that takes. */
  async complete(id: string, digest: string, options: CallOptions = {}): Promise<void> {
    const path = `${uploadPath(id)}/complete`;
    const call = { method: 'POST', path, body: { json: { digest } }, heldMs, ...options } as const;
    for (let isProven = false; !isProven;) {
      isProven = await this.#transport.call(call, async (response) => {
        await response.arrayBuffer();
        return response.status === 200;
      });
    }
  }

  /** The platform forgets it, with its bytes. */
  async drop(id: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.call(
      { method: 'DELETE', path: uploadPath(id), ...options },
      async (response) => void (await response.arrayBuffer()),
    );
  }
}

function uploadPath(id: string): string {
  return `/api/v1/uploads/${encodeURIComponent(id)}`;
}
