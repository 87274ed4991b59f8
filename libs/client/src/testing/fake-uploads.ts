import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { UploadState } from '../calls/uploads.ts';

interface FakeUpload {
  readonly id: string;
  readonly sizeBytes: number;
  readonly digest: string | undefined;
  readonly parts: Map<number, Buffer>;
}

/** Uploads in parts of a fake platform. */
export class FakeUploads {
  readonly all: FakeUpload[] = [];
  /** False for a platform whose store takes whole blobs only. */
  areTaken = true;
  partSizeBytes = 16 * 1024 * 1024;

  /** One that broke off and fits, unless it is taken, or a new one. */
  open(sizeBytes: number, digest: string | undefined, taken: Set<string>): FakeUpload {
    const known = this.all.find(
      (upload) =>
        upload.sizeBytes === sizeBytes &&
        !taken.has(upload.id) &&
        (digest === undefined || upload.digest === undefined || upload.digest === digest),
    );
    const upload = known ?? { id: randomUUID(), sizeBytes, digest, parts: new Map() };
    if (!known) this.all.push(upload);
    taken.add(upload.id);
    return upload;
  }

  find(id: string): FakeUpload | undefined {
    return this.all.find((upload) => upload.id === id);
  }

  /** Its bytes, when all parts are there; it is gone afterwards. */
  take({ id, sizeBytes, parts }: FakeUpload): Buffer | undefined {
    const bytes = Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part));
    if (bytes.length !== sizeBytes) return undefined;
    this.all.splice(
      this.all.findIndex((upload) => upload.id === id),
      1,
    );
    return bytes;
  }

  view({ id, sizeBytes, parts }: FakeUpload): UploadState {
    const { partSizeBytes } = this;
    return {
      id,
      sizeBytes,
      partSizeBytes,
      parts: Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => {
        const part = parts.get(index + 1);
        return {
          number: index + 1,
          sizeBytes: Math.min(partSizeBytes, sizeBytes - index * partSizeBytes),
          url: `/api/v1/uploads/${id}/parts/${index + 1}`,
          ...(part ? { state: 'received', crc32: sumOf(part) } : { state: 'missing' }),
        };
      }),
    };
  }
}

export function sumOf(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
